package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.SessionAsks.SessionExpired;
import io.aetherkeep.keyspace.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Expiries whose node dies between two commands are announced by another node, with the user. */
class SessionExpiryCrashTest extends SessionDeployment {

  @BeforeEach
  void notifications() throws Exception {
    foreign(AETHERCAST).send("CONFIG", "SET", "notify-keyspace-events", "Ex");
    // Only the node that dies receives the notification, and sweeps.
    node.close();
    nodes.clear();
  }

  @AfterEach
  void noNotifications() {
    foreign(AETHERCAST).send("CONFIG", "SET", "notify-keyspace-events", "");
  }

  /** Expires a session on a node that dies after a number of commands; answers whether it died. */
  private boolean expireUntil(String space, SessionNode dying, CuttableWay way, int commands)
      throws Exception {
    await(dying.asks(opening(space, "s1", "u1")));
    String index = (space.equals(PREFIXED) ? PREFIX : "") + "index:sessions";
    await().until(() -> score(space, index, "s1") > 0);
    way.cutAfter(commands);
    foreign(space).send("PEXPIRE", key(space, "s1"), 1);
    await().until(() -> way.isCut() || keys(space).isEmpty());
    return way.isCut();
  }

  /** A node that dies after the announcement leaves the facts, which expire by themselves. */
  private Set<String> keysExceptFacts(String space) {
    Set<String> keys = new TreeSet<>(keys(space));
    keys.remove(beside(space, "facts", "s1"));
    return keys;
  }

  /** Announcements reach their listeners later than Redis its commands. */
  private void assertAnnounced(String space, SessionNode dying, SessionNode next) {
    List<SessionExpired> heard = new ArrayList<>(dying.heard(SessionExpired.class));
    heard.addAll(next.heard(SessionExpired.class));
    assertEquals(Set.of(new SessionExpired(space, "s1", UserId.named("u1"))), Set.copyOf(heard));
    assertTrue(heard.size() <= 2);
    assertEquals(Set.of(), keysExceptFacts(space));
  }

  @EachSpace
  void whereverItsNodeDies_anotherAnnouncesTheExpiryWithItsUser(String space) throws Exception {
    boolean died = true;
    for (int commands = 0; died; commands++) {
      try (CuttableWay way = way();
          SessionNode dying = nodeOn(way, space)) {
        died = expireUntil(space, dying, way, commands);
        clock.move(Duration.ofDays(31));
        try (SessionNode next = addNode(settings(Duration.ofMillis(20), Map.of()))) {
          nodes.clear();
          await("after " + commands + " commands")
              .untilAsserted(() -> assertAnnounced(space, dying, next));
        }
      }
      foreign(space).send("FLUSHDB");
    }
  }
}
