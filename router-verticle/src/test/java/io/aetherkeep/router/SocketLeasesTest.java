package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.settings.RealtimeSettings;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The leases of many sockets are renewed a share at a time. */
class SocketLeasesTest {

  private static final int SESSIONS = 30;

  @RegisterExtension
  final RunningRealtime router =
      new RunningRealtime(
          new RealtimeSettings(
              Duration.ofSeconds(25),
              Duration.ofSeconds(10),
              Duration.ofSeconds(3),
              Duration.ofMillis(300),
              1 << 20,
              100,
              4));

  @Test
  void socketThatIsClosedDuringARenewal_hasLeftAfterIt() throws Exception {
    Promise<Void> renewal = Promise.promise();
    router.realm().renewal = renewal.future();
    SocketClient client = router.greeted("s1");
    Awaitility.await().until(() -> !router.realm().renewed.isEmpty());
    client.close();
    Awaitility.await().until(router.realm().connections::isEmpty);
    // Adds the connection again, as the renewal of a lease does.
    renewal.complete();
    Awaitility.await().until(router.realm().connections::isEmpty);
  }

  @Test
  void manySessions_areAllRenewed_butNotAtOnce() throws Exception {
    for (int i = 0; i < SESSIONS; i++) {
      router.realm().sessions.add("s" + i);
      router.greeted("s" + i);
    }
    router.realm().renewed.clear();
    Set<String> renewed = new HashSet<>();
    Awaitility.await()
        .until(
            () -> {
              router.realm().renewed.forEach(renewed::addAll);
              return renewed.size() == SESSIONS;
            });
    for (List<String> ask : router.realm().renewed) {
      assertTrue(ask.size() <= SESSIONS / 2, () -> ask.size() + " at once");
    }
  }
}
