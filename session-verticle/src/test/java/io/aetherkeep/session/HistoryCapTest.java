package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.HistoryAsks.Appended;
import io.aetherkeep.document.Document;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.settings.SessionSettings.Cap;
import io.aetherkeep.session.settings.SessionSettings.Policy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.sessions.JqwikSession;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A transcript with a limit of messages drops its oldest, and their tokens. */
class HistoryCapTest extends SessionDeployment {

  private static final int MOST = 5;

  @Override
  protected SessionSettings settings() {
    return settings(
        NEVER, Map.of(COUNCIL, new Policy(new Cap(0, Cap.Rule.REFUSE), MOST, false, 0)));
  }

  @BeforeEach
  void open() throws Exception {
    open(COUNCIL, "s1", "u1");
  }

  private static Arbitrary<String> arrays() {
    Arbitrary<String> texts =
        Arbitraries.strings()
            .withChars("a[]{},:\"\\ \t\né中😀/\u2028")
            .ofMaxLength(12)
            .map(text -> Document.ofText(text).toString());
    Arbitrary<String> scalars =
        Arbitraries.oneOf(texts, Arbitraries.of("1", "-1.50e+3", "true", "null", "{}", "[ ]"));
    Arbitrary<String> objects =
        scalars
            .list()
            .ofMinSize(1)
            .ofMaxSize(3)
            .map(
                all ->
                    "{ \"a\\\"]\" : [" + String.join(" , ", all) + "], \"b\":" + all.get(0) + "}");
    return Arbitraries.oneOf(scalars, objects, objects.map(object -> "[[" + object + "]\n]"))
        .list()
        .ofMaxSize(9)
        .flatMap(
            all ->
                Arbitraries.of("", " ", "\n\t")
                    .map(
                        space ->
                            space
                                + "["
                                + space
                                + String.join(space + "," + space, all)
                                + space
                                + "]"
                                + space));
  }

  /** The script's scanner finds the elements that a JSON parser finds. */
  @Test
  void append_trimsExactlyTheOldestOfAnyArray() throws Exception {
    List<String> samples = new ArrayList<>();
    JqwikSession.run(() -> arrays().sampleStream().limit(400).forEach(samples::add));
    for (String sample : samples) {
      List<Document> all = new ArrayList<>(Document.of(sample).elements());
      foreign(COUNCIL).send("HSET", "session:s1", "history", sample);
      ask(appending("s1", "new", 1L, null));
      List<Document> left = Document.of(field("s1", "history")).elements();
      assertEquals(Math.min(MOST, all.size() + 1), left.size(), sample);
      assertTrue(left.get(left.size() - 1).toString().contains("\"new\""), sample);
      assertEquals(
          all.subList(all.size() + 1 - left.size(), all.size()),
          left.subList(0, left.size() - 1),
          sample);
    }
  }

  @Test
  void append_countsAnewWhatAnotherWroteEvenIfItIsAsLong() throws Exception {
    ask(appending("s1", "m", 1L, null));
    ask(appending("s1", "m", 1L, null));
    int length = field("s1", "history").length();
    String fewer = "[\"" + "x".repeat(length - 4) + "\"]";
    foreign(COUNCIL).send("HSET", "session:s1", "history", fewer);
    for (int i = 2; i <= MOST; i++) {
      ask(appending("s1", "m", 1L, null));
      assertEquals(i, messages("s1").size());
    }
    length = field("s1", "history").length();
    String more = "[" + "1,".repeat(8) + "\"" + "x".repeat(length - 20) + "\"]";
    foreign(COUNCIL).send("HSET", "session:s1", "history", more);
    ask(appending("s1", "m", 1L, null));
    assertEquals(MOST, messages("s1").size());
  }

  static LongStream seeds() {
    return LongStream.range(0, 12);
  }

  /** Appends under repeated keys, and a proxy that rewrites the field, in random order. */
  @ParameterizedTest
  @MethodSource("seeds")
  void aTranscript_isWhatAListWouldBe(long seed) throws Exception {
    Random random = new Random(seed);
    List<Long> model = new ArrayList<>();
    Map<String, Appended> answers = new HashMap<>();
    long used = 0;
    for (int step = 0; step < 40; step++) {
      String key = random.nextBoolean() ? null : "k" + random.nextInt(10);
      long tokens = key == null ? random.nextInt(50) : key.charAt(1);
      if (random.nextInt(5) == 0) {
        JsonArray rewritten = new JsonArray(field("s1", "history"));
        rewritten.add(Map.of("role", "proxy", "content", "x", "tokens", tokens));
        foreign(COUNCIL).send("HSET", "session:s1", "history", rewritten.encode());
        model.add(tokens);
      } else {
        Appended answer = ask(appending("s1", "m" + tokens, tokens, key));
        Appended before = answers.get(key);
        if (before != null) {
          assertEquals(
              new Appended("s1", before.tokens(), before.contextWindowUsed(), true), answer);
          continue;
        }
        model.add(tokens);
        used += tokens;
        long trimmed = 0;
        while (model.size() > MOST) {
          trimmed += model.remove(0);
        }
        used = Math.max(0, used - trimmed);
        assertEquals(new Appended("s1", tokens, used, false), answer);
        if (key != null) {
          answers.put(key, answer);
        }
      }
      assertEquals(
          model,
          new JsonArray("[" + String.join(",", messages("s1")) + "]")
              .stream().map(message -> ((JsonObject) message).getLong("tokens")).toList());
      assertEquals(String.valueOf(used), field("s1", "contextWindowUsed"));
    }
  }

  @Test
  void aLongTranscript_isTrimmedOnceItsTailIsMovedIn() throws Exception {
    String large = "x".repeat(4500);
    askAll(IntStream.range(0, 12).mapToObj(i -> appending("s1", large + i, 2L, null)).toList());
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertEquals(MOST, new JsonArray(field("s1", "history")).size());
              assertEquals("10", field("s1", "contextWindowUsed"));
            });
    assertEquals(MOST, messages("s1").size());
  }

  @Test
  void append_makesRoomInATranscriptThatIsFull() throws Exception {
    String large = "x".repeat(MAX_VALUE_BYTES / 5 - 300);
    for (int i = 0; i < 9; i++) {
      ask(appending("s1", large + i, 2L, null));
    }
    Awaitility.await()
        .untilAsserted(() -> assertEquals(MOST, new JsonArray(field("s1", "history")).size()));
    assertTrue(messages("s1").get(4).contains("x8\""));
  }

  @Test
  void theListOfNewerProxies_isTrimmedToo() throws Exception {
    foreign(COUNCIL).send("HSET", "session:s1", "historyLength", "0");
    for (int i = 0; i < 7; i++) {
      foreign(COUNCIL).send("RPUSH", "session:s1:history", "{\"tokens\":1,\"content\":\"a\"}");
      foreign(COUNCIL).send("HINCRBY", "session:s1", "historyLength", "1");
    }
    ask(appending("s1", "m", 5L, null));
    assertEquals(MOST, messages("s1").size());
    assertEquals("5", field("s1", "historyLength"));
    assertEquals("2", field("s1", "contextWindowUsed"));
  }
}
