package io.aetherkeep.router;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.settings.ListenerSettings;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.testing.Certificate;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The server's TLS certificate, and its replacement. */
final class CertificateTest {

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
  void inClear_nothingIsSaid() {
    assertThrows(
        IOException.class,
        () -> ROUTER.raw("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  }
}
