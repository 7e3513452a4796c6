package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.HistoryAsks.AppendHistory;
import io.aetherkeep.catalogue.HistoryAsks.ReadHistory;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.PatchSession;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.session.playback.RedisAudience;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.settings.SessionSettings.Policy;
import io.aetherkeep.session.settings.SessionSettings.TokenEncoding;
import io.aetherkeep.testing.AdjustableClock;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Deployment for tests: a node of two session verticles, four spaces, a real Redis. */
@ExtendWith(RedisExtension.class)
abstract class SessionDeployment {

  protected static final String AETHERCAST = "aethercast";
  protected static final String COUNCIL = "council";
  protected static final String CONTENT = "content";
  protected static final String PREFIXED = "prefixed";
  protected static final List<String> SPACES = List.of(AETHERCAST, COUNCIL, CONTENT, PREFIXED);

  /** A prefix of all special characters of Redis's patterns. */
  protected static final String PREFIX = "p[a-z]*?^\\:";

  protected static final int MAX_VALUE_BYTES = 64 << 10;
  protected static final int MAX_MEMBERS = 1000;
  protected static final Instant START = Instant.parse("2026-11-21T04:01:45.551402Z");
  protected static final Duration NEVER = Duration.ofDays(1);

  protected final AdjustableClock clock = new AdjustableClock(START);
  protected final List<SessionNode> nodes = new ArrayList<>();
  protected SessionNode node;
  private final Map<String, ForeignClient> foreign = new LinkedHashMap<>();
  private RedisServer redis;

  @BeforeEach
  void deploy(RedisServer server) throws Exception {
    redis = server;
    for (String space : SPACES) {
      foreign.put(space, server.foreign(SPACES.indexOf(space)));
    }
    node = addNode();
  }

  @AfterEach
  void close() throws Exception {
    for (SessionNode each : nodes) {
      each.close();
    }
    foreign.values().forEach(ForeignClient::close);
  }

  protected SessionSettings settings() {
    return settings(NEVER, Map.of());
  }

  protected static SessionSettings settings(Duration sweepEvery, Map<String, Policy> spaces) {
    return new SessionSettings(
        Duration.ofSeconds(5),
        Duration.ofMinutes(15),
        sweepEvery,
        TokenEncoding.CL100K,
        sweepEvery,
        spaces);
  }

  protected SessionNode addNode() throws Exception {
    return addNode(settings());
  }

  protected SessionNode addNode(SessionSettings settings) throws Exception {
    return addNode(settings, clock, RedisTime.of(clock));
  }

  protected SessionNode addNode(SessionSettings settings, InstantSource clock, RedisTime time)
      throws Exception {
    SessionNode added = new SessionNode(targets(redis.url()), settings, clock, time);
    nodes.add(added);
    return added;
  }

  /** A node of one space without background work, with its own proxy to Redis. */
  protected SessionNode nodeOn(CuttableWay way, String space) throws Exception {
    Map<Space, RedisTarget> targets = targets(way.url());
    targets.keySet().removeIf(each -> !each.name().equals(space));
    return new SessionNode(targets, settings(NEVER, Map.of()), clock);
  }

  /** The same with a direct connection, on which only so many commands may wait for answers. */
  protected SessionNode nodeWithInFlight(int most, String space) throws Exception {
    Map<Space, RedisTarget> targets = targets(redis.url());
    targets.keySet().removeIf(each -> !each.name().equals(space));
    targets.replaceAll(
        (each, target) ->
            new RedisTarget(
                target.url(),
                target.database(),
                target.timeout(),
                target.connectTimeout(),
                most,
                target.retry()));
    return new SessionNode(targets, settings(NEVER, Map.of()), clock);
  }

  protected CuttableWay way() throws Exception {
    return new CuttableWay(URI.create(redis.url()).getPort());
  }

  private static Map<Space, RedisTarget> targets(String url) {
    Map<Space, RedisTarget> targets = new LinkedHashMap<>();
    targets.put(space(AETHERCAST, "", Dialect.AETHERCAST), PatientTarget.of(url, 0));
    targets.put(space(COUNCIL, "", Dialect.COUNCIL), PatientTarget.of(url, 1));
    targets.put(space(CONTENT, "", Dialect.CONTENT), PatientTarget.of(url, 2));
    targets.put(space(PREFIXED, PREFIX, Dialect.ANY), PatientTarget.of(url, 3));
    return targets;
  }

  private static Space space(String name, String prefix, Dialect dialect) {
    return new Space(name, prefix, dialect, MAX_VALUE_BYTES, MAX_MEMBERS, Map.of());
  }

  /** The content space's audience, on its own connection. */
  protected RedisAudience audience() throws Exception {
    Space space = space(CONTENT, "", Dialect.CONTENT);
    return new RedisAudience(
        node.lines(Map.of(space, PatientTarget.of(redis.url(), 2))).line(space),
        space,
        RedisTime.of(clock));
  }

  /** A client of the service that owns a space. */
  protected ForeignClient foreign(String space) {
    return foreign.get(space);
  }

  /**
   * Removes what earlier rounds of a test left: a node that starts checks each session that ended.
   */
  protected void removeAll(String space) {
    foreign(space).send("FLUSHDB");
  }

  /** Another connection of that service, for another thread. */
  protected ForeignClient anotherForeign(String space) {
    return redis.foreign(SPACES.indexOf(space));
  }

  protected <A> A ask(Ask<A> ask) throws Exception {
    return await(node.asks(ask));
  }

  /** Sends all asks, to the nodes in turn; awaits all answers and counts failures. */
  protected <A> List<Future<A>> askAll(List<? extends Ask<A>> asks) throws Exception {
    List<Future<A>> answers = new ArrayList<>();
    for (int i = 0; i < asks.size(); i++) {
      answers.add(nodes.get(i % nodes.size()).asks(asks.get(i)));
    }
    await(Future.join(answers).otherwiseEmpty());
    return answers;
  }

  protected void assertRefused(Code code, Ask<?> ask) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> ask(ask));
    assertEquals(code, codeOf(thrown.getCause()));
  }

  protected static Code codeOf(Throwable thrown) {
    return Failure.from(thrown).code();
  }

  protected <E extends Event> List<E> heard(Class<E> type) {
    return nodes.stream().flatMap(each -> each.heard(type).stream()).toList();
  }

  /** Waits for events, which reach their listeners later than an ask its answer. */
  protected <E extends Event> void assertHeard(List<E> events, Class<E> type) {
    Awaitility.await().untilAsserted(() -> assertEquals(events, heard(type)));
  }

  protected static OpenSession opening(String space, String id, String user) {
    return new OpenSession(space, id, user == null ? null : UserId.named(user), null, null, null);
  }

  protected Session open(String space, String id, String user) throws Exception {
    return ask(opening(space, id, user));
  }

  protected Session openLasting(String space, String id, long ttlSeconds) throws Exception {
    return ask(new OpenSession(space, id, UserId.named("u"), null, null, ttlSeconds));
  }

  protected static ReadSession reading(String space, String id) {
    return new ReadSession(space, id, null, null);
  }

  protected Session read(String space, String id) throws Exception {
    return ask(reading(space, id));
  }

  protected Session peek(String space, String id) throws Exception {
    return ask(new ReadSession(space, id, false, null));
  }

  protected static PatchSession patching(String space, String id, String patch) {
    return new PatchSession(space, id, Document.of(patch), null);
  }

  protected Session patch(String space, String id, String patch) throws Exception {
    return ask(patching(space, id, patch));
  }

  protected static AppendHistory appending(String id, String content, Long tokens, String key) {
    return new AppendHistory(COUNCIL, id, "user", content, null, null, tokens, key);
  }

  /** The messages of a council session, as clients read them. */
  protected List<String> messages(String id) throws Exception {
    return ask(new ReadHistory(COUNCIL, id, null, null)).items().stream()
        .map(Document::toString)
        .toList();
  }

  protected static String key(String space, String id) {
    return (space.equals(PREFIXED) ? PREFIX : "") + "session:" + id;
  }

  protected static String beside(String space, String what, String id) {
    return space.equals(PREFIXED)
        ? PREFIX + what + ":{" + key(space, id) + "}"
        : what + ":{" + key(space, id) + "}";
  }

  /** The stored value of a session that is a string. */
  protected String stored(String space, String id) {
    return foreign(space).text("GET", key(space, id));
  }

  protected String field(String id, String name) {
    return foreign(COUNCIL).text("HGET", key(COUNCIL, id), name);
  }

  protected long secondsLeft(String space, String key) {
    long millis = foreign(space).number("PTTL", key);
    return millis < 0 ? millis : (millis + 999) / 1000;
  }

  protected void setSecondsLeft(String space, String id, long seconds) {
    assertEquals(1L, foreign(space).send("EXPIRE", key(space, id), seconds));
  }

  /** Makes Redis expire a session, unnoticed by the indexes. */
  protected void expire(String space, String id) {
    Awaitility.await()
        .untilAsserted(
            () -> {
              // A concurrent use may restart its lifetime.
              foreign(space).send("PEXPIRE", key(space, id), 1);
              assertEquals(0L, foreign(space).send("EXISTS", key(space, id)));
            });
  }

  /** Compares lifetimes, which decrease by milliseconds until the answer. */
  protected static void assertNear(long expectedSeconds, long actualSeconds) {
    assertTrue(
        Math.abs(expectedSeconds - actualSeconds) <= 30,
        () -> expectedSeconds + " expected, not " + actualSeconds);
  }

  protected void assertLifetime(long expectedSeconds, String space, String id) {
    assertNear(expectedSeconds, secondsLeft(space, key(space, id)));
  }

  protected static long usualSeconds(String space) {
    return switch (space) {
      case COUNCIL -> 2_592_000;
      case CONTENT -> 3600;
      default -> 1800;
    };
  }

  /** All keys of a space's database, by a command that production code must not use. */
  protected Set<String> keys(String space) {
    List<?> reply = (List<?>) foreign(space).send("SCAN", "0", "COUNT", "1000000");
    Set<String> keys = new TreeSet<>();
    ((List<?>) reply.get(1)).forEach(key -> keys.add(String.valueOf(key)));
    return keys;
  }

  protected long score(String space, String index, String id) {
    Object score = foreign(space).send("ZSCORE", index, id);
    return score == null ? -1 : (long) Double.parseDouble(score.toString());
  }
}
