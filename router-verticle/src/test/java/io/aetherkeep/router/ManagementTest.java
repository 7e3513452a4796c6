package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.TOPICS;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.aetherkeep.catalogue.HealthAsks.Check;
import io.aetherkeep.catalogue.HealthAsks.Health;
import io.aetherkeep.catalogue.HealthAsks.HealthStatus;
import io.aetherkeep.router.access.identity.AccessSettings.Rate;
import io.aetherkeep.router.settings.ListenerSettings;
import io.aetherkeep.router.settings.RouterSettings;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Operators and probes are admitted even when the limits are reached. */
final class ManagementTest {

  private static final int MOST = 2;
  private static final KnownCallers CALLERS = KnownCallers.fresh();

  @RegisterExtension
  static final RunningRouter ROUTER = RunningRouter.with(() -> settings(0, List.of()));

  @RegisterExtension
  static final RunningRouter TOGETHER =
      RunningRouter.with(() -> settings(ListenerSettings.NO_MANAGEMENT, List.of()));

  @RegisterExtension
  static final RunningRouter BEHIND =
      RunningRouter.with(() -> settings(ListenerSettings.NO_MANAGEMENT, List.of("127.0.0.1")));

  private static RouterSettings settings(int managementPort, List<String> proxies) {
    RouterSettings settings = CALLERS.settings(new Rate(0, 1), new Rate(1, 3));
    return settings.with(
        new ListenerSettings(
            Duration.ofSeconds(10),
            MOST,
            List.of(),
            null,
            null,
            "127.0.0.1",
            managementPort,
            proxies),
        settings.access());
  }

  @BeforeEach
  void live() {
    Health health = Health.of(List.of(new Check("loop", HealthStatus.UP, null)));
    List.of(ROUTER, TOGETHER, BEHIND).forEach(router -> router.neighbour().answers(health));
  }

  private static RawAnswer live(Socket socket) throws Exception {
    socket
        .getOutputStream()
        .write((RunningRouter.head("GET", "/health/live") + "\r\n").getBytes(US_ASCII));
    return RawAnswer.from(socket);
  }

  @Test
  void connectionsToTheManagementPort_areNotCountedWithEverybodys() throws Exception {
    List<Socket> crowd = new ArrayList<>();
    try {
      for (int i = 0; i < MOST; i++) {
        crowd.add(RawAnswer.open(ROUTER.port()));
      }
      try (Socket refused = RawAnswer.open(ROUTER.port())) {
        assertEquals(-1, refused.getInputStream().read());
      }
      for (int i = 0; i < 3 * MOST; i++) {
        Socket operator = RawAnswer.open(ROUTER.managementPort());
        crowd.add(operator);
        assertEquals(200, live(operator).status());
      }
    } finally {
      for (Socket socket : crowd) {
        socket.close();
      }
    }
  }

  @Test
  void probes_areNotCountedByAddress() throws Exception {
    try (Socket probe = RawAnswer.open(TOGETHER.port())) {
      for (int i = 0; i < 20; i++) {
        assertEquals(200, live(probe).status());
      }
    }
    // A token is added each second, so that more requests than the burst may be granted.
    await().until(() -> TOGETHER.get(TOPICS + "/t1").statusCode() == 429);
  }

  @Test
  void aTrustedProxy_connectsAsOftenAsItLikes_andItsClientsAreCountedApart() throws Exception {
    List<Socket> proxys = new ArrayList<>();
    try {
      for (int i = 0; i < 3 * MOST; i++) {
        Socket socket = RawAnswer.open(BEHIND.port());
        proxys.add(socket);
        String asked =
            RunningRouter.head("GET", TOPICS + "/t1") + "X-Forwarded-For: 203.0.113." + i + "\r\n";
        socket.getOutputStream().write((asked + "\r\n").getBytes(US_ASCII));
        assertNotEquals(429, RawAnswer.from(socket).status());
      }
    } finally {
      for (Socket socket : proxys) {
        socket.close();
      }
    }
  }
}
