package io.aetherkeep.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Self-signed certificate with its key, in PEM, made by the JDK's keytool. */
public record Certificate(Path chain, Path key) {

  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  /**
   * Creates a certificate in a directory.
   *
   * @param names subject alternative names for keytool: {@code dns:localhost,ip:127.0.0.1}
   */
  public static Certificate make(Path directory, String names) throws Exception {
    return make(directory, names, "secp256r1");
  }

  /**
   * Creates a certificate in a directory.
   *
   * @param curve a curve of EC, or Ed25519
   */
  public static Certificate make(Path directory, String names, String curve) throws Exception {
    Path store = Files.createTempDirectory(directory, "keytool").resolve("store.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    List<String> command =
        List.of(
            keytool,
            "-genkeypair",
            "-alias",
            "a",
            "-keyalg",
            curve.startsWith("Ed") ? "EdDSA" : "EC",
            "-groupname",
            curve,
            "-dname",
            "CN=test",
            "-ext",
            "san=" + names,
            "-validity",
            "2",
            "-storetype",
            "PKCS12",
            "-storepass",
            new String(PASSWORD),
            "-keystore",
            store.toString());
    Process made = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (made.waitFor() != 0) {
      throw new IOException("keytool: " + said);
    }
    Certificate certificate =
        new Certificate(directory.resolve("tls.crt"), directory.resolve("tls.key"));
    certificate.write(load(store));
    return certificate;
  }

  private static KeyStore load(Path store) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  /** Writes the key and the certificate. */
  private void write(KeyStore keys) throws IOException, GeneralSecurityException {
    Files.writeString(key, pem("PRIVATE KEY", keys.getKey("a", PASSWORD).getEncoded()));
    Files.writeString(chain, pem("CERTIFICATE", keys.getCertificate("a").getEncoded()));
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(kind, LINES.encodeToString(der), kind);
  }

  /** A TLS context that trusts only this certificate. */
  public SSLContext trusting() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(chain)) {
      trusted.setCertificateEntry(
          "a", java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
