package io.aetherkeep.bench.load;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Self-signed certificate and its key as PEM files, made by the JDK's keytool. */
public record TlsFiles(Path certificate, Path key) {

  private static final char[] PASSWORD = "benchmark".toCharArray();

  private static final String ARGUMENTS =
      "-genkeypair -alias b -keyalg EC -groupname secp256r1 -dname CN=localhost -validity 2"
          + " -storetype PKCS12";

  /** Writes both files into a folder. */
  public static TlsFiles create(Path folder)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = folder.resolve("store.p12");
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(ARGUMENTS.split(" ")));
    command.addAll(List.of("-storepass", new String(PASSWORD), "-keystore", store.toString()));
    Process made = new ProcessBuilder(command).redirectErrorStream(true).start();
    made.getInputStream().readAllBytes();
    made.waitFor();
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD);
      return new TlsFiles(
          pem(folder, "CERTIFICATE", keys.getCertificate("b").getEncoded()),
          pem(folder, "PRIVATE KEY", keys.getKey("b", PASSWORD).getEncoded()));
    }
  }

  private static Path pem(Path folder, String what, byte... der) throws IOException {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return Files.writeString(
        folder.resolve(what.replace(' ', '-') + ".pem"),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, body, what));
  }
}
