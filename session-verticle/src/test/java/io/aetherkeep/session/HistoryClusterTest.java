package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.HistoryAsks.AppendHistory;
import io.aetherkeep.catalogue.HistoryAsks.Appended;
import io.aetherkeep.catalogue.HistoryAsks.FollowHistory;
import io.aetherkeep.catalogue.HistoryAsks.History;
import io.aetherkeep.catalogue.HistoryAsks.HistoryFollowed;
import io.aetherkeep.catalogue.HistoryAsks.ReadHistory;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.aetherkeep.embedded.EmbeddedCluster;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.settings.SessionSettings.Cap;
import io.aetherkeep.session.settings.SessionSettings.HistoryLayout;
import io.aetherkeep.session.settings.SessionSettings.Policy;
import io.aetherkeep.session.settings.SessionSettings.TokenEncoding;
import io.aetherkeep.testing.AdjustableClock;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisClusterExtension;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Histories of older and newer proxies on three masters; most lists are not with their session. */
@ExtendWith(RedisClusterExtension.class)
class HistoryClusterTest {

  private static final Space SPACE = new Space("c", "", Dialect.COUNCIL, 30_000, Map.of());
  private static final String LIST = "session:s1:history";
  private static final String LONG = "x".repeat(2500);

  private final List<SessionNode> nodes = new ArrayList<>();
  private RedisTarget target;
  private ForeignClient proxy;
  private SessionNode node;

  @BeforeEach
  void start(EmbeddedCluster cluster) throws Exception {
    target =
        PatientTarget.of("redis://cluster", 0)
            .in(List.of(new RedisAddress("127.0.0.1", cluster.port(0))));
    proxy =
        ForeignClient.ofCluster(
            IntStream.range(0, cluster.size()).mapToObj(cluster::port).toList());
    node = in(HistoryLayout.FOUND, 0);
  }

  private SessionNode in(HistoryLayout layout, int most) throws Exception {
    Duration never = Duration.ofDays(1);
    SessionSettings settings =
        new SessionSettings(
            Duration.ofSeconds(5),
            Duration.ofMinutes(15),
            never,
            TokenEncoding.CL100K,
            never,
            Map.of(
                "c",
                new Policy(
                    new Cap(0, Cap.Rule.REFUSE), most, false, 0, layout, false, Duration.ZERO)));
    AdjustableClock clock = new AdjustableClock(Instant.parse("2026-11-21T04:01:45Z"));
    SessionNode started = new SessionNode(Map.of(SPACE, target), settings, clock);
    nodes.add(started);
    return started;
  }

  @AfterEach
  void stop() throws Exception {
    proxy.close();
    for (SessionNode each : nodes) {
      each.close();
    }
  }

  private <A> A ask(Ask<A> ask) throws Exception {
    return await(node.asks(ask));
  }

  private static AppendHistory appending(String content, String key) {
    return new AppendHistory("c", "s1", "user", content, null, null, 1L, key);
  }

  private static Appended append(SessionNode on, String content) throws Exception {
    return await(on.asks(appending(content, null)));
  }

  private void open(SessionNode on) throws Exception {
    await(on.asks(new OpenSession("c", "s1", UserId.named("u1"), null, null, null)));
  }

  private void openByNewerProxy() {
    proxy.send("HSET", "session:s1", "userId", "u1", "historyLength", "0");
    proxy.send("EXPIRE", "session:s1", 1000);
  }

  private void push(String content) {
    proxy.send("RPUSH", LIST, "{\"role\":\"user\",\"content\":\"" + content + "\"}");
  }

  private List<String> read(String id, Integer limit) throws Exception {
    return contents(ask(new ReadHistory("c", id, null, limit)));
  }

  private static List<String> contents(History history) {
    return history.items().stream()
        .map(message -> new JsonObject(message.toString()).getString("content"))
        .toList();
  }

  private List<String> read() throws Exception {
    return read("s1", null);
  }

  private List<String> listed(String key) {
    return ((List<?>) proxy.send("LRANGE", key, 0, -1))
        .stream().map(each -> new JsonObject(each.toString()).getString("content")).toList();
  }

  private String field(String name) {
    return proxy.text("HGET", "session:s1", name);
  }

  @Test
  void theNewestTokens_areThoseOfTheListAndThenOfTheFieldBefore() throws Exception {
    openByNewerProxy();
    proxy.send("HSET", "session:s1", "history", "[{\"content\":\"f\",\"tokens\":1}]");
    List<String> expected = new ArrayList<>(List.of("f"));
    for (int i = 0; i < 100; i++) {
      expected.add("m" + i);
      proxy.send("RPUSH", LIST, "{\"content\":\"m" + i + "\",\"tokens\":1}");
    }
    for (long budget : new long[] {0, 1, 63, 64, 65, 99, 100, 101, 102}) {
      int fit = (int) Math.min(budget, expected.size());
      History read = ask(new ReadHistory("c", "s1", budget, null));
      assertEquals(expected.subList(expected.size() - fit, expected.size()), contents(read));
      assertEquals(fit < expected.size(), read.truncated());
    }
  }

  @Test
  void aNewerProxysSession_hasItsHistoryInTheList() throws Exception {
    openByNewerProxy();
    append(node, "a");
    push("b");
    assertEquals(3, append(in(HistoryLayout.FOUND, 0), "c").contextWindowUsed() + 1);
    assertEquals(List.of("a", "b", "c"), read());
    assertEquals(List.of("b", "c"), read("s1", 2));
    assertEquals(List.of("a", "b", "c"), listed(LIST));
    assertEquals("3", field("historyLength"));
    assertEquals("2", field("contextWindowUsed"));
    assertEquals(0L, proxy.send("HEXISTS", "session:s1", "history"));
    assertTrue(proxy.number("PTTL", LIST) > proxy.number("PTTL", "session:s1"));
    ask(new EndSession("c", "s1"));
    for (String key : List.of(LIST, "facts:{" + LIST + "}", "appends:{" + LIST + "}")) {
      assertEquals(0L, proxy.send("EXISTS", key), key);
    }
  }

  @Test
  void aListThatContinuesAField_takesItsMessages() throws Exception {
    open(node);
    for (int i = 0; i < 8; i++) {
      append(node, LONG.substring(0, 2400) + i);
    }
    push("new");
    assertEquals(9, read().size());
    assertEquals("new", read().get(8));
    assertEquals(List.of("new"), read("s1", 1));
    List<String> before = new ArrayList<>(read());
    append(in(HistoryLayout.FOUND, 100), "newest");
    before.add("newest");
    assertEquals(before, read());
    assertEquals(before, listed(LIST));
    assertEquals("[]", field("history"));
    assertEquals(0L, proxy.send("EXISTS", "tail:{session:s1}"));
    assertEquals("10", field("historyLength"));
  }

  @Test
  void theSettingList_movesHistoriesToTheList_andFieldLeavesThemAlone() throws Exception {
    SessionNode fields = in(HistoryLayout.FIELD, 0);
    open(fields);
    append(fields, "a");
    append(in(HistoryLayout.LIST, 0), "b");
    assertEquals(0L, proxy.send("HEXISTS", "session:s1", "history"));
    assertEquals(List.of("a", "b"), listed(LIST));
    assertEquals(List.of("a", "b"), read());
    append(fields, "c");
    assertEquals(List.of("a", "b"), listed(LIST));
    assertTrue(field("history").contains("\"c\""));
  }

  @Test
  void repeatedAppends_countOnce_alsoAfterAnAnswerBetweenTheSteps() throws Exception {
    openByNewerProxy();
    ask(appending("a", "k1"));
    Appended again = ask(appending("a", "k1"));
    assertTrue(again.repeated());
    assertEquals(1, again.contextWindowUsed());
    assertRefused(Code.KEY_REUSED, appending("b", "k1"));
    // As if the session's master had gone before it counted the message that its list has.
    proxy.send("HDEL", "appends:{session:s1}", "k1");
    proxy.send("HSET", "session:s1", "contextWindowUsed", "0");
    assertEquals(1, ask(appending("a", "k1")).contextWindowUsed());
    assertRefused(Code.KEY_REUSED, appending("b", "k1"));
    assertEquals(List.of("a"), listed(LIST));
  }

  @Test
  void appendsAtOnce_onTwoNodes_areAllThere() throws Exception {
    openByNewerProxy();
    SessionNode other = in(HistoryLayout.FOUND, 0);
    List<Future<Appended>> appends = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      appends.add((i % 2 == 0 ? node : other).asks(appending("m" + i, "k" + i)));
      appends.add((i % 2 == 0 ? other : node).asks(appending("m" + i, "k" + i)));
    }
    await(Future.all(appends));
    assertEquals(50, read().size());
    assertEquals("50", field("contextWindowUsed"));
  }

  @Test
  void aRotatedSession_takesItsListAlong() throws Exception {
    openByNewerProxy();
    append(node, "a");
    push("b");
    String fresh = ask(new RotateSession("c", "s1")).id();
    assertEquals(List.of("a", "b"), read(fresh, null));
    assertEquals(List.of("a", "b"), listed("session:" + fresh + ":history"));
    assertEquals(0L, proxy.send("EXISTS", LIST));
    assertTrue(proxy.number("PTTL", "session:" + fresh + ":history") > 0);
  }

  /** Another service appends all the time; what it appended while the old id lived is kept. */
  @Test
  void messagesThatOthersAppendMeanwhile_moveWithTheSession() throws Exception {
    openByNewerProxy();
    append(node, "a");
    List<String> kept = new ArrayList<>(List.of("a"));
    AtomicBoolean begun = new AtomicBoolean();
    CompletableFuture<Void> appending =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; proxy.number("HEXISTS", "facts:{session:s1}", "ended") == 0; i++) {
                kept.add("m" + i);
                push("m" + i);
                begun.set(true);
              }
              // The id may have ended just before the last one.
              kept.remove(kept.size() - 1);
            });
    await().untilTrue(begun);
    String fresh = ask(new RotateSession("c", "s1")).id();
    appending.get();
    List<String> found = read(fresh, null);
    assertEquals(kept, found.subList(0, Math.min(kept.size(), found.size())));
  }

  /** As after a migration from a single server, where Aetherkeep wrote field and list. */
  @Test
  void aRotatedSession_hasAMigratedHistoryOnce() throws Exception {
    openByNewerProxy();
    push("a");
    proxy.send("HSET", "session:s1", "history", "[{\"role\":\"user\",\"content\":\"a\"}]");
    proxy.send("HSET", "facts:{session:s1}", "listed", "1");
    assertEquals(List.of("a"), read());
    String fresh = ask(new RotateSession("c", "s1")).id();
    assertEquals(List.of("a"), read(fresh, null));
  }

  /** As if its first answer had been lost together with the node that gave it. */
  @Test
  void aRepeatedAppend_isFlushedWhereItStillWaits() throws Exception {
    open(node);
    ask(appending("a", "k"));
    proxy.send("RPUSH", "tail:{session:s1}", "{\"content\":\"waits\"}");
    proxy.send("HSET", "facts:{session:s1}", "tail", "20");
    assertTrue(ask(appending("a", "k")).repeated());
    await().untilAsserted(() -> assertTrue(field("history").contains("waits")));
  }

  /** More than an event loop may parse, which an assertion of the parser checks. */
  @Test
  void longHistories_areParsedOffTheEventLoop() throws Exception {
    openByNewerProxy();
    for (int i = 0; i < 60; i++) {
      push(LONG + i);
    }
    assertEquals(60, read().size());
    assertEquals(59, read("s1", 59).size());
    proxy.send("HSET", "session:s1", "history", "[\"" + LONG.repeat(60) + "\"]");
    assertEquals(61, ask(new ReadHistory("c", "s1", null, null)).items().size());
    assertRefused(Code.TOO_LARGE, appending("b", null));
    assertEquals("[]", field("history"));
    assertEquals(61, ask(new ReadHistory("c", "s1", null, null)).items().size());
  }

  @Test
  void aFullList_refusesOrDropsTheOldest() throws Exception {
    openByNewerProxy();
    for (int i = 0; i < 11; i++) {
      push(LONG + i);
    }
    assertRefused(Code.TOO_LARGE, appending(LONG, null));
    append(in(HistoryLayout.FOUND, 3), "short");
    assertEquals(List.of(LONG + 9, LONG + 10, "short"), listed(LIST));
    assertTrue(proxy.number("PTTL", "facts:{" + LIST + "}") > 0);
  }

  @Test
  void whatIsNoJson_isRefused_andAFollowerSeesPushes() throws Exception {
    openByNewerProxy();
    push("a");
    HistoryFollowed first = ask(new FollowHistory("c", "s1", null, null));
    push("b");
    HistoryFollowed next = ask(new FollowHistory("c", "s1", first.offset(), first.known()));
    assertEquals(1, next.messages().size());
    proxy.send("RPUSH", LIST, "no JSON");
    assertRefused(Code.UNREADABLE_VALUE, new ReadHistory("c", "s1", null, null));
    proxy.send("DEL", LIST);
    proxy.send("SET", LIST, "a string");
    assertRefused(Code.UNREADABLE_VALUE, appending("c", null));
    assertRefused(Code.SESSION_UNKNOWN, new ReadHistory("c", "nobody", null, null));
  }

  private void assertRefused(Code code, Ask<?> ask) {
    ExecutionException refused = assertThrows(ExecutionException.class, () -> ask(ask));
    assertEquals(code, Failure.from(refused.getCause()).code());
  }
}
