package io.aetherkeep.router;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.router.access.WatchedFile;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.settings.ListenerSettings;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.testing.Certificate;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The server's TLS certificate, and its replacement. */
final class CertificateTest {

  private static final Logger LOG = Logger.getLogger(WatchedFile.class.getName());

  @TempDir static Path directory;

  @RegisterExtension
  static final RunningRouter ROUTER = RunningRouter.with(CertificateTest::settings);

  private static RouterSettings settings() {
    Certificate certificate = made();
    AccessSettings open = AccessSettings.OPEN;
    return RouterSettings.of(Map.of())
        .with(
            new ListenerSettings(
                Duration.ofSeconds(20),
                0,
                List.of(),
                certificate.chain(),
                certificate.key(),
                "127.0.0.1",
                ListenerSettings.NO_MANAGEMENT),
            new AccessSettings(
                null,
                null,
                "",
                "",
                open.leeway(),
                Duration.ofMillis(20),
                open.keyRate(),
                open.addressRate(),
                open.cookies()));
  }

  private static Certificate made() {
    try {
      return Certificate.make(directory, "dns:localhost,ip:127.0.0.1");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static int status(SSLContext trust, String... protocols) throws Exception {
    HttpClient.Builder client = HttpClient.newBuilder().sslContext(trust);
    if (protocols.length > 0) {
      client.sslParameters(new SSLParameters(null, protocols));
    }
    return client
        .build()
        .send(ROUTER.to("/openapi.json").build(), BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void aRenewedCertificate_isShownWithoutARestart() throws Exception {
    SSLContext before =
        new Certificate(directory.resolve("tls.crt"), directory.resolve("tls.key")).trusting();
    assertEquals(200, status(before));
    SSLContext after = made().trusting();
    await().ignoreExceptions().until(() -> status(after) == 200);
    assertThrows(IOException.class, () -> status(before));
  }

  @Test
  void aCertificateWithoutItsKey_isNotUsedUntilTheKeyFollows() throws Exception {
    SSLContext before =
        new Certificate(directory.resolve("tls.crt"), directory.resolve("tls.key")).trusting();
    Certificate next =
        Certificate.make(
            Files.createTempDirectory(directory, "next"), "dns:localhost,ip:127.0.0.1");
    List<String> refused = new CopyOnWriteArrayList<>();
    Handler handler = new Refusals(refused);
    LOG.addHandler(handler);
    try {
      Files.copy(next.chain(), directory.resolve("tls.crt"), StandardCopyOption.REPLACE_EXISTING);
      await().until(() -> refused.contains("the certificate and the key do not match"));
      assertEquals(200, status(before));
      Files.copy(next.key(), directory.resolve("tls.key"), StandardCopyOption.REPLACE_EXISTING);
      await().ignoreExceptions().until(() -> status(next.trusting()) == 200);
    } finally {
      LOG.removeHandler(handler);
    }
  }

  /** Keeps the reasons for which changed files are not used. */
  private static final class Refusals extends Handler {

    private final List<String> reasons;

    Refusals(List<String> reasons) {
      this.reasons = reasons;
    }

    @Override
    public void publish(LogRecord entry) {
      Object[] values = entry.getParameters();
      if (entry.getLevel().equals(Level.SEVERE) && values != null && values.length > 1) {
        reasons.add(String.valueOf(values[1]));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void inClear_nothingIsSaid() {
    assertThrows(
        IOException.class,
        () -> ROUTER.raw("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  }
}
