package io.aetherkeep.router.server;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.testing.Certificate;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check of a TLS certificate and its key at the start. */
class TlsPairTest {

  @TempDir Path directory;

  private final Vertx vertx = Vertx.vertx();
  private Certificate ec;
  private Certificate edwards;

  @BeforeEach
  void make() throws Exception {
    ec = Certificate.make(Files.createDirectory(directory.resolve("ec")), "dns:localhost");
    edwards =
        Certificate.make(
            Files.createDirectory(directory.resolve("ed")), "dns:localhost", "Ed25519");
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private String refusal(Path certificate, Path key) {
    Exception refused =
        assertThrows(Exception.class, () -> await(new Tls(certificate, key).check(vertx)));
    Throwable cause = refused;
    while (cause.getMessage() == null || !cause.getMessage().startsWith("TLS certificate ")) {
      cause = cause.getCause();
    }
    return cause.getMessage();
  }

  private static String line(Path certificate, Path key, String reason) {
    return "TLS certificate %s, key %s: %s".formatted(certificate, key, reason);
  }

  @Test
  void aPairOfEc_isAccepted() throws Exception {
    await(new Tls(ec.chain(), ec.key()).check(vertx));
  }

  @Test
  void anEd25519Key_isRefusedWithTheAlgorithmsThatWork() {
    assertEquals(
        line(
            edwards.chain(),
            edwards.key(),
            "the certificate or the key cannot be read; keys must be RSA or EC: Unsupported"
                + " algorithm identifier"),
        refusal(edwards.chain(), edwards.key()));
  }

  @Test
  void theKeyOfAnotherCertificate_isRefusedAtTheStart() throws Exception {
    Certificate other =
        Certificate.make(Files.createDirectory(directory.resolve("other")), "dns:localhost");
    assertEquals(
        line(ec.chain(), other.key(), "the certificate and the key do not match"),
        refusal(ec.chain(), other.key()));
  }
}
