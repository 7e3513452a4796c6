package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.HistoryAsks.AppendHistory;
import io.aetherkeep.catalogue.HistoryAsks.Appended;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.PatchSession;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;

/**
 * Many concurrent clients on two nodes of two event loops: no write is lost, no session revived.
 */
class SessionConcurrencyTest extends SessionDeployment {

  @BeforeEach
  void anotherNode() throws Exception {
    addNode();
  }

  private static List<PatchSession> patches(String space, String id) {
    return IntStream.range(0, 100)
        .mapToObj(i -> patching(space, id, "{\"f" + i + "\":\"" + i + "\"}"))
        .toList();
  }

  @EachSpace
  void aHundredPatchesOfDifferentFieldsAllSurvive(String space) throws Exception {
    open(space, "s1", "u1");
    for (Future<Session> answer : askAll(patches(space, "s1"))) {
      assertTrue(answer.succeeded(), () -> answer.cause().toString());
    }
    JsonObject document = new JsonObject(read(space, "s1").document().bytes());
    for (int i = 0; i < 100; i++) {
      assertEquals(String.valueOf(i), document.getString("f" + i));
    }
  }

  @EachSpace
  void ofPatchesWithOneVersionOneIsMade(String space) throws Exception {
    String version = open(space, "s1", "u1").version();
    List<PatchSession> asks =
        patches(space, "s1").stream()
            .limit(20)
            .map(ask -> new PatchSession(space, "s1", ask.patch(), version))
            .toList();
    List<Future<Session>> answers = askAll(asks);
    assertEquals(1, answers.stream().filter(Future::succeeded).count());
    for (Future<Session> answer : answers) {
      assertTrue(answer.succeeded() || codeOf(answer.cause()) == Code.VERSION_CONFLICT);
    }
  }

  /** Each message is appended three times under its key, in a transcript that gets long. */
  @RepeatedTest(2)
  void aHundredAppendsAreNeitherLostNorDoubled() throws Exception {
    open(COUNCIL, "s1", "u1");
    String large = "x".repeat(400);
    List<AppendHistory> asks = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      asks.add(appending("s1", large + i % 100, 1L, "k" + i % 100));
    }
    List<Future<Appended>> answers = askAll(asks);
    assertEquals(
        100,
        answers.stream()
            .filter(answer -> answer.succeeded() && !answer.result().repeated())
            .count());
    assertEquals(
        200,
        answers.stream()
            .filter(answer -> answer.succeeded() && answer.result().repeated())
            .count());
    List<String> messages = messages("s1");
    assertEquals(100, messages.size());
    assertEquals(100, new HashSet<>(messages).size());
    assertEquals("100", field("s1", "contextWindowUsed"));
  }

  @RepeatedTest(5)
  void anEndedSessionIsNeverBroughtBack() throws Exception {
    for (String space : SPACES) {
      open(space, "s1", "u1");
      List<Ask<?>> asks = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        asks.add(
            switch (i % 4) {
              case 0 -> patching(space, "s1", "{\"a\":" + i + "}");
              case 1 ->
                  space.equals(COUNCIL) ? appending("s1", "m", 1L, null) : reading(space, "s1");
              case 2 -> reading(space, "s1");
              default -> i == 31 ? new EndSession(space, "s1") : reading(space, "s1");
            });
        clock.move(Duration.ofSeconds(6));
      }
      List<Future<?>> answers = new ArrayList<>();
      for (int i = 0; i < asks.size(); i++) {
        answers.add(nodes.get(i % 2).asks(asks.get(i)));
      }
      await(Future.join(answers).otherwiseEmpty());
      assertRefused(Code.SESSION_UNKNOWN, reading(space, "s1"));
      assertEquals(0L, foreign(space).send("EXISTS", key(space, "s1")));
      assertEquals("1", foreign(space).text("HGET", beside(space, "facts", "s1"), "ended"));
      assertTrue(
          foreign(space).number("PTTL", beside(space, "facts", "s1")) <= 900_000,
          "The tombstone is forgotten in time");
    }
  }

  /** An answered patch is in the rotated session; a late patch is refused. */
  @RepeatedTest(5)
  void rotateLosesNoPatchAndNoMessage() throws Exception {
    for (String space : SPACES) {
      open(space, "s1", "u1");
      List<PatchSession> patches = patches(space, "s1");
      List<Future<Session>> patched = new ArrayList<>();
      List<Future<Appended>> appended = new ArrayList<>();
      Future<Session> rotated = Future.failedFuture("not yet");
      for (int i = 0; i < 100; i++) {
        patched.add(nodes.get(i % 2).asks(patches.get(i)));
        if (space.equals(COUNCIL)) {
          appended.add(nodes.get(i % 2).asks(appending("s1", "x".repeat(400) + i, 1L, null)));
        }
        if (i == 50) {
          rotated = node.asks(new RotateSession(space, "s1"));
        }
      }
      await(Future.join(patched).otherwiseEmpty());
      await(Future.join(appended).otherwiseEmpty());
      String fresh = await(rotated).id();
      Set<String> fields = new JsonObject(read(space, fresh).document().bytes()).fieldNames();
      for (int i = 0; i < 100; i++) {
        Future<Session> answer = patched.get(i);
        assertEquals(answer.succeeded(), fields.contains("f" + i));
        assertTrue(answer.succeeded() || codeOf(answer.cause()) == Code.SESSION_UNKNOWN);
      }
      if (space.equals(COUNCIL)) {
        List<String> messages = messages(fresh);
        for (int i = 0; i < 100; i++) {
          String content = "x" + i + "\"";
          assertEquals(
              appended.get(i).succeeded() ? 1 : 0,
              messages.stream().filter(message -> message.contains(content)).count());
        }
      }
    }
  }
}
