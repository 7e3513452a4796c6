package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.TOPICS;
import static io.aetherkeep.router.RunningRouter.head;
import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.document.Document;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Shutdown of the router. */
final class RouterStopTest {

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  @Test
  void requestInProgress_isAnsweredBeforeTheEnd() throws Exception {
    Promise<Entry> entry = Promise.promise();
    ROUTER.neighbour().answersWith(entry.future());
    try (Socket socket = RawAnswer.open(ROUTER.port())) {
      String request = head("GET", TOPICS + "/t1") + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      ROUTER.neighbour().asked();

      Future<Void> end = ROUTER.undeploy();
      Awaitility.await().until(this::nobodyElseIsLetIn);
      assertFalse(end.isComplete());
      entry.complete(new Entry(Document.of("1"), 0, 9));

      assertEquals("1", RawAnswer.from(socket).body());
      assertEquals(-1, socket.getInputStream().read());
      await(end);
    }
  }

  /** Whether the port is closed. */
  private boolean nobodyElseIsLetIn() {
    try (Socket late = RawAnswer.open(ROUTER.port())) {
      return false;
    } catch (IOException refused) {
      return true;
    }
  }
}
