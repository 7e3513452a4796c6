package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.HistoryAsks.AppendHistory;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.SessionAsks.ExtendSession;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.PatchSession;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionAsks.RotateSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.SessionListAsks.EndUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.ReadSessionStats;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.settings.SessionSettings.Cap;
import io.aetherkeep.session.settings.SessionSettings.HistoryLayout;
import io.aetherkeep.session.settings.SessionSettings.Policy;
import io.aetherkeep.session.settings.SessionSettings.TokenEncoding;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Near copies of sessions on two nodes with one Redis. */
@ExtendWith(RedisExtension.class)
class NearSessionsTest {

  private static final String TEXT = "aethercast";
  private static final String HASH = "council";
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private RedisServer server;
  private ForeignClient redis;
  private SessionNode node;
  private SessionNode other;

  @BeforeEach
  void start(RedisServer started) throws Exception {
    server = started;
    redis = server.foreign(0);
    node = node(Duration.ofMinutes(5));
    other = node(Duration.ofMinutes(5));
  }

  private SessionNode node(Duration near) throws Exception {
    Map<Space, RedisTarget> targets = new LinkedHashMap<>();
    targets.put(space(TEXT, Dialect.AETHERCAST), PatientTarget.of(server.url(), 0));
    targets.put(space(HASH, Dialect.COUNCIL), PatientTarget.of(server.url(), 1));
    Policy policy =
        new Policy(new Cap(0, Cap.Rule.OLDEST_OUT), 0, false, 0, HistoryLayout.FIELD, false, near);
    SessionSettings settings =
        new SessionSettings(
            Duration.ofDays(1),
            Duration.ofMinutes(15),
            Duration.ofDays(1),
            TokenEncoding.CL100K,
            Duration.ofDays(1),
            Map.of(TEXT, policy, HASH, policy));
    return new SessionNode(targets, settings, InstantSource.system(), RedisTime.SERVER);
  }

  private static Space space(String name, Dialect dialect) {
    return new Space(name, "", dialect, 1 << 20, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
    other.close();
    redis.close();
  }

  private static Session open(SessionNode at, String space, String id) throws Exception {
    return await(at.asks(new OpenSession(space, id, UserId.named("u1"), null, null, null)));
  }

  private static Session read(SessionNode at, String space, String id) throws Exception {
    return await(at.asks(new ReadSession(space, id, null, null)));
  }

  private static String code(SessionNode at, String space, String id) throws Exception {
    try {
      read(at, space, id);
      return "found";
    } catch (ExecutionException e) {
      return Failure.from(e.getCause()).code().toString();
    }
  }

  private static String field(Session session, String name) {
    return String.valueOf(new JsonObject(session.document().toString()).getValue(name));
  }

  private static long nearReads(SessionNode at, String space) throws Exception {
    return await(at.asks(new ReadSessionStats(space))).nearReads();
  }

  /** Reads until a copy answers. */
  private static void warm(SessionNode at, String space, String id) {
    until(() -> answersFromCopy(at, space, id));
  }

  private static boolean answersFromCopy(SessionNode at, String space, String id) throws Exception {
    long before = nearReads(at, space);
    read(at, space, id);
    return nearReads(at, space) > before;
  }

  private static void until(Callable<Boolean> fact) {
    await().atMost(PATIENCE).until(fact);
  }

  /** Asks again while the connections that the test cut are not back. */
  private static void untilAnswered(Callable<Boolean> fact) {
    await().atMost(PATIENCE).ignoreException(ExecutionException.class).until(fact);
  }

  @ParameterizedTest
  @ValueSource(strings = {TEXT, HASH})
  void aSessionInUse_isNotReadFromRedisAgain(String space) throws Exception {
    Session opened = open(node, space, "s1");
    warm(node, space, "s1");
    long before = nearReads(node, space);
    long commands = commands();
    for (int i = 0; i < 500; i++) {
      assertEquals(opened.version(), read(node, space, "s1").version());
    }
    assertEquals(500, nearReads(node, space) - before);
    assertTrue(commands() - commands < 100, () -> "commands of background work only");
  }

  private long commands() {
    return redis
        .text("INFO", "stats")
        .lines()
        .filter(line -> line.startsWith("total_commands_processed:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
        .sum();
  }

  @ParameterizedTest
  @ValueSource(strings = {TEXT, HASH})
  void aWriteOfThisNode_isReadByTheNextRead(String space) throws Exception {
    open(node, space, "s1");
    for (int i = 0; i < 100; i++) {
      warm(node, space, "s1");
      Document patch = Document.of("{\"n\":\"" + i + "\"}");
      await(node.asks(new PatchSession(space, "s1", patch, null)));
      assertEquals(String.valueOf(i), field(read(node, space, "s1"), "n"));
    }
    warm(node, space, "s1");
    await(node.asks(new ExtendSession(space, "s1", 7200)));
    assertTrue(read(node, space, "s1").ttlSeconds() > 7000);
  }

  @Test
  void anAppendOfThisNode_isReadByTheNextRead() throws Exception {
    open(node, HASH, "s1");
    for (int i = 1; i <= 50; i++) {
      warm(node, HASH, "s1");
      await(node.asks(new AppendHistory(HASH, "s1", "user", "hello", null, null, 10L, null)));
      assertEquals(String.valueOf(10 * i), field(read(node, HASH, "s1"), "contextWindowUsed"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {TEXT, HASH})
  void aWriteOfAnotherNode_isReadSoon(String space) throws Exception {
    open(node, space, "s1");
    warm(node, space, "s1");
    Document patch = Document.of("{\"n\":\"new\"}");
    await(other.asks(new PatchSession(space, "s1", patch, null)));
    until(() -> field(read(node, space, "s1"), "n").equals("new"));
  }

  @Test
  void aForeignWrite_isReadSoon() throws Exception {
    open(node, TEXT, "s1");
    warm(node, TEXT, "s1");
    redis.send("SET", "session:s1", "{\"user_id\": \"u1\", \"n\": \"new\"}", "EX", 600);
    until(() -> field(read(node, TEXT, "s1"), "n").equals("new"));
    redis.send("DEL", "session:s1");
    until(() -> code(node, TEXT, "s1").equals(Code.SESSION_UNKNOWN.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {TEXT, HASH})
  void anEnd_isSeenAtOnceHere_andSoonOnOtherNodes(String space) throws Exception {
    for (String id : new String[] {"ended", "all", "rotated"}) {
      open(node, space, id);
      warm(node, space, id);
      warm(other, space, id);
    }
    await(node.asks(new RotateSession(space, "rotated")));
    assertEquals(Code.SESSION_UNKNOWN.toString(), code(node, space, "rotated"));
    await(node.asks(new EndSession(space, "ended")));
    assertEquals(Code.SESSION_UNKNOWN.toString(), code(node, space, "ended"));
    await(node.asks(new EndUserSessions(space, "u1", null)));
    assertEquals(Code.SESSION_UNKNOWN.toString(), code(node, space, "all"));
    for (String id : new String[] {"ended", "all", "rotated"}) {
      until(() -> code(other, space, id).equals(Code.SESSION_UNKNOWN.toString()));
    }
  }

  @Test
  void theLifetime_isRestartedOnceInATime_andAgainAfterIt() throws Exception {
    open(node, TEXT, "s1");
    warm(node, TEXT, "s1");
    redis.send("EXPIRE", "session:s1", "100");
    until(() -> read(node, TEXT, "s1").ttlSeconds() <= 100);
    warm(node, TEXT, "s1");
    assertTrue(left() <= 100);

    try (SessionNode brief = node(Duration.ofMillis(300))) {
      until(
          () -> {
            read(brief, TEXT, "s1");
            return left() > 100;
          });
    }
  }

  private long left() {
    return Long.parseLong(redis.text("TTL", "session:s1"));
  }

  @Test
  void whenTrackingBreaks_noCopyIsAnsweredThatMissedAChange() throws Exception {
    open(node, TEXT, "s1");
    for (int i = 0; i < 20; i++) {
      untilAnswered(() -> answersFromCopy(node, TEXT, "s1"));
      String now = String.valueOf(i);
      redis.send("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      redis.send("SET", "session:s1", "{\"user_id\": \"u1\", \"n\": \"" + now + "\"}", "EX", 600);
      untilAnswered(() -> field(read(node, TEXT, "s1"), "n").equals(now));
    }
  }

  /** Its lifetime is shorter than the time for which a read is answered from a copy. */
  @Test
  void aUseOfAShortSession_alwaysRestartsItsLifetime() throws Exception {
    await(node.asks(new OpenSession(TEXT, "s1", UserId.named("u1"), null, null, 120L)));
    for (int i = 0; i < 5; i++) {
      read(node, TEXT, "s1");
      redis.send("EXPIRE", "session:s1", 60);
      assertTrue(read(node, TEXT, "s1").ttlSeconds() > 60);
      assertTrue(redis.number("TTL", "session:s1") > 60);
    }
  }
}
