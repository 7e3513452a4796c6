package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.Ended;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What late writers bring back of ended sessions is removed at once, without a sweep. */
class EndedWatchTest extends SessionDeployment {

  private void putBack(String space, String id) {
    if (space.equals(COUNCIL)) {
      foreign(space).send("HSET", key(space, id), "userId", "u1", "history", "[]");
    } else {
      foreign(space).send("SET", key(space, id), "{\"user_id\": \"u1\"}");
    }
  }

  private void putListBack(String id) {
    foreign(COUNCIL).send("RPUSH", key(COUNCIL, id) + ":history", "{}", "{}");
  }

  private Set<String> sessions(String space) {
    return keys(space).stream()
        .filter(key -> key.startsWith(key(space, "")))
        .collect(Collectors.toSet());
  }

  private void awaitNothing(String space) {
    Awaitility.await().untilAsserted(() -> assertEquals(0, sessions(space).size()));
  }

  /**
   * Writes a session back until it is removed, because Redis does not announce when tracking
   * starts.
   */
  private void awaitWatched(String space, String id, String... others) {
    putBack(space, id);
    Awaitility.await()
        .until(
            () -> {
              boolean removed = sessions(space).equals(Set.of(others));
              if (!removed) {
                putBack(space, id);
              }
              return removed;
            });
  }

  private void end(String space, String id) throws Exception {
    open(space, id, "u1");
    assertEquals(new Ended(1), ask(new EndSession(space, id)));
  }

  @EachSpace
  void howeverOftenItComesBack_itIsRemoved(String space) throws Exception {
    end(space, "s1");
    awaitWatched(space, "s1");
    for (int i = 0; i < 8; i++) {
      putBack(space, "s1");
      awaitNothing(space);
    }
  }

  @Test
  void aHistory_isRemovedBeforeItsSessionAfterItAndAlone() throws Exception {
    end(COUNCIL, "s1");
    awaitWatched(COUNCIL, "s1");
    for (int i = 0; i < 4; i++) {
      putListBack("s1");
      putBack(COUNCIL, "s1");
      awaitNothing(COUNCIL);
      putBack(COUNCIL, "s1");
      putListBack("s1");
      awaitNothing(COUNCIL);
      putListBack("s1");
      awaitNothing(COUNCIL);
    }
  }

  @EachSpace
  void whereTheNodeThatEndedItIsDead_anotherRemovesIt(String space) throws Exception {
    SessionNode other = addNode();
    end(space, "s1");
    awaitWatched(space, "s1");
    nodes.remove(node);
    node.close();
    // The other may have tracked it too late for the last write, and leaves that to the sweeper.
    awaitWatched(space, "s1");
    for (int i = 0; i < 2; i++) {
      putBack(space, "s1");
      awaitNothing(space);
    }
    nodes.remove(other);
    other.close();
    putBack(space, "s1");
    assertEquals(Set.of(key(space, "s1")), sessions(space), "nobody is there");
    addNode();
    awaitNothing(space);
    awaitWatched(space, "s1");
  }

  @Test
  void manyThatComeBackAtOnce_areAllRemoved() throws Exception {
    List<String> ids = IntStream.range(0, 1000).mapToObj(i -> "s" + i).toList();
    askAll(ids.stream().map(id -> opening(CONTENT, id, "u1")).toList());
    askAll(ids.stream().map(id -> new EndSession(CONTENT, id)).toList());
    awaitWatched(CONTENT, "s999");
    for (int i = 0; i < 3; i++) {
      ids.forEach(id -> putBack(CONTENT, id));
      awaitNothing(CONTENT);
    }
  }

  @Test
  void afterItsConnectionWasLost_itWatchesAgain() throws Exception {
    end(CONTENT, "s1");
    awaitWatched(CONTENT, "s1");
    for (int i = 0; i < 3; i++) {
      List<String> watching = new ArrayList<>();
      for (String client : foreign(CONTENT).text("CLIENT", "LIST").split("\n", -1)) {
        if (client.contains("flags=t")) {
          watching.add(client.replaceFirst("id=([0-9]+).*", "$1").strip());
        }
      }
      watching.forEach(id -> foreign(CONTENT).send("CLIENT", "KILL", "ID", id));
      awaitWatched(CONTENT, "s1");
    }
  }

  /** In a layout without lists, a key with such a name is a session of its own. */
  @Test
  void aSessionThatIsNamedLikeAHistory_isNotRemovedWithAnother() throws Exception {
    for (String space : List.of(AETHERCAST, CONTENT, PREFIXED)) {
      open(space, "s1:history", "u1");
      end(space, "s1");
      awaitWatched(space, "s1", key(space, "s1:history"));
      assertEquals("s1:history", read(space, "s1:history").id());
    }
  }
}
