package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.PlaybackAsks.JoinSession;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.PatchSession;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionListAsks.EndUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.ListSessions;
import io.aetherkeep.catalogue.SessionListAsks.ListUserSessions;
import io.aetherkeep.catalogue.SessionListAsks.SessionList;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.settings.SessionSettings.Cap;
import io.aetherkeep.session.settings.SessionSettings.Policy;
import io.aetherkeep.session.settings.SessionSettings.TokenEncoding;
import io.aetherkeep.testing.AdjustableClock;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.metrics.MetricsOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The number of waves that an ask waits for, and of commands that it sends. */
@ExtendWith(RedisExtension.class)
class SessionWavesTest {

  private static final String TEXT = "aethercast";
  private static final String HASH = "council";
  private static final String LIMITED = "limited";
  private static final int LIMIT = 120;
  private static final Duration NEVER = Duration.ofDays(1);

  private final RedisWaves waves = new RedisWaves();
  private final AdjustableClock clock =
      new AdjustableClock(Instant.parse("2026-11-21T04:01:45.551402Z"));
  private final Vertx vertx =
      Vertx.builder()
          .with(
              new VertxOptions()
                  .setEventLoopPoolSize(1)
                  .setMetricsOptions(new MetricsOptions().setEnabled(true)))
          .withMetrics(waves)
          .build();
  private final Context loop = vertx.getOrCreateContext();
  private final Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
  private RedisAccess access;
  private ForeignClient foreign;

  @BeforeEach
  void deploy(RedisServer server) throws Exception {
    foreign = server.foreign(2);
    Map<Space, RedisTarget> targets = new LinkedHashMap<>();
    targets.put(space(TEXT, Dialect.AETHERCAST), PatientTarget.of(server.url(), 0));
    targets.put(space(HASH, Dialect.COUNCIL), PatientTarget.of(server.url(), 1));
    targets.put(space(LIMITED, Dialect.CONTENT), PatientTarget.of(server.url(), 2));
    access = await(RedisAccess.open(vertx, 1, targets));
    Policy two = new Policy(new Cap(0, Cap.Rule.OLDEST_OUT), 0, false, 2);
    SessionSettings settings =
        new SessionSettings(
            Duration.ofSeconds(5),
            Duration.ofMinutes(15),
            NEVER,
            TokenEncoding.CL100K,
            NEVER,
            Map.of(HASH, two, LIMITED, new Policy(new Cap(LIMIT, Cap.Rule.REFUSE), 0, false, 0)));
    await(
        vertx.deployVerticle(
            SessionVerticle.instances(bus, access, settings, clock, RedisTime.of(clock)).get()));
    // The first calls send scripts in full, which the server then caches.
    for (String space : targets.keySet().stream().map(Space::name).toList()) {
      everything(space, "first");
    }
  }

  @AfterEach
  void close() throws Exception {
    foreign.close();
    await(vertx.close());
  }

  private static Space space(String name, Dialect dialect) {
    return new Space(name, "", dialect, 1 << 20, Map.of());
  }

  private void everything(String space, String id) throws Exception {
    open(space, id);
    cost(playing(space, id, "p1"));
    cost(playing(space, id, "p2"));
    cost(report(space, id, State.PAUSED));
    cost(report(space, id, State.STOPPED));
    clock.move(Duration.ofSeconds(20));
    cost(patching(space, id));
    cost(new ReadSession(space, id, null, null));
  }

  private void open(String space, String id) throws Exception {
    cost(new OpenSession(space, id, UserId.named(id), null, null, null));
  }

  private static ReportPlayback playing(String space, String id, String podcast) {
    return new ReportPlayback(space, id, State.PLAYING, podcast, 0L, null, null, null, null);
  }

  private static ReportPlayback report(String space, String id, @Nullable State state) {
    return new ReportPlayback(space, id, state, null, null, null, null, null, null);
  }

  private static PatchSession patching(String space, String id) {
    return new PatchSession(space, id, Document.of("{\"name\": \"value\"}"), null);
  }

  /**
   * Cost of an ask.
   *
   * @param waves waves that it waited for
   * @param commands commands sent for it, also in the background after its answer
   */
  record Cost(int waves, long commands) {}

  /** Asks on the event loop of the answerer, and counts in the turn that has the answer. */
  private Cost cost(Ask<?> ask) throws Exception {
    Promise<Cost> cost = Promise.promise();
    loop.runOnContext(
        turn -> {
          waves.begin();
          long before = sent();
          bus.ask(ask)
              .compose(
                  answer -> {
                    int answered = waves.answered();
                    return quiet(0).map(quiet -> new Cost(answered, sent() - before));
                  })
              .onComplete(cost);
        });
    return await(cost.future());
  }

  private long sent() {
    return access.spaces().stream().mapToLong(space -> access.traffic(space).sent()).sum()
        - waves.own();
  }

  /** Waits until no command was under way for some turns, after an ask and its background work. */
  private Future<Void> quiet(int turns) {
    if (turns == 100) {
      return Future.succeededFuture();
    }
    Promise<Void> quiet = Promise.promise();
    if (access.spaces().stream().anyMatch(space -> access.traffic(space).waiting() > 0)) {
      vertx.setTimer(1, then -> quiet(0).onComplete(quiet));
    } else {
      loop.runOnContext(turn -> quiet(turns + 1).onComplete(quiet));
    }
    return quiet.future();
  }

  /**
   * Reports that change the document also move the session in two indexes, unless another did so
   * just before, and of a hash extend its list, in the background.
   */
  @Test
  void playback_isReportedInTwoWaves() throws Exception {
    open(TEXT, "s1");
    clock.move(Duration.ofSeconds(20));
    assertEquals(new Cost(2, 11), cost(playing(TEXT, "s1", "p1")));
    assertEquals(new Cost(2, 11), cost(playing(TEXT, "s1", "p2")));
    clock.move(Duration.ofSeconds(1));
    assertEquals(new Cost(2, 9), cost(report(TEXT, "s1", State.PAUSED)));
    assertEquals(new Cost(2, 10), cost(report(TEXT, "s1", State.PLAYING)));
    assertEquals(new Cost(2, 9), cost(report(TEXT, "s1", State.STOPPED)));
  }

  @Test
  void playback_ofALimitedStream_isReportedInThreeWaves() throws Exception {
    open(HASH, "s1");
    assertEquals(new Cost(3, 11), cost(playing(HASH, "s1", "p1")));
    assertEquals(new Cost(3, 13), cost(playing(HASH, "s1", "p2")));
    assertEquals(new Cost(2, 9), cost(report(HASH, "s1", State.PAUSED)));
    assertEquals(new Cost(3, 10), cost(report(HASH, "s1", State.PLAYING)));
    assertEquals(new Cost(2, 9), cost(report(HASH, "s1", State.STOPPED)));
  }

  /** A late report changes nothing, and needs one more wave to answer so. */
  @Test
  void aLateReport_isThreeWaves() throws Exception {
    open(TEXT, "s1");
    cost(playing(TEXT, "s1", "p1"));
    ReportPlayback late =
        new ReportPlayback(TEXT, "s1", State.PLAYING, "p2", 0L, null, 1L, null, null);
    assertEquals(3, cost(late).waves);
  }

  /**
   * The background commands move the session in two indexes, now and then, and of a hash extend its
   * list.
   */
  @ParameterizedTest
  @ValueSource(strings = {TEXT, HASH})
  void aPatch_isTwoWaves_andNothingReadsTheSessionAgain(String space) throws Exception {
    open(space, "s1");
    cost(new ReadSession(space, "s1", null, null));
    cost(new ReadSession(space, "s1", null, null));
    int list = space.equals(HASH) ? 1 : 0;
    assertEquals(new Cost(2, 2 + list), cost(patching(space, "s1")));
    clock.move(Duration.ofSeconds(20));
    assertEquals(new Cost(2, 4 + list), cost(patching(space, "s1")));
    assertEquals(new Cost(2, 2 + list), cost(patching(space, "s1")));
  }

  @Test
  void aSocket_joinsItsSessionInTwoWaves() throws Exception {
    open(TEXT, "s1");
    cost(new JoinSession(TEXT, "s1", "c0"));
    open(TEXT, "s2");
    assertEquals(new Cost(2, 3), cost(new JoinSession(TEXT, "s2", "c1")));
  }

  /** The indexes are updated by one command each for all sessions that end together. */
  @Test
  void aLogoutEverywhere_isTwoScriptsASession_inFewWaves() throws Exception {
    for (int i = 0; i < 350; i++) {
      cost(new OpenSession(TEXT, "s" + i, UserId.named("many"), null, null, null));
    }
    cost(new EndUserSessions(TEXT, "nobody", null));
    Cost logout = cost(new EndUserSessions(TEXT, "many", null));
    assertTrue(logout.commands < 3 * 350, logout::toString);
    assertTrue(logout.waves < 60, logout::toString);
  }

  /** The sessions that a log-out ends first say nothing about the size of the others. */
  @Test
  void aLogoutEverywhere_readsFiftyLargeSessionsAtOnce_afterSmallOnes() throws Exception {
    Document large = Document.of("{\"text\": \"" + "x".repeat(4000) + "\"}");
    for (int i = 0; i < 200; i++) {
      Document data = i < 150 ? large : null;
      cost(new OpenSession(TEXT, "s" + i, UserId.named("many"), null, data, null));
    }
    countWaiting(TEXT);
    cost(new EndUserSessions(TEXT, "many", null));
    assertTrue(waves.mostWaiting() < 80, waves.mostWaiting() + " commands at once");
    ListUserSessions left = new ListUserSessions(TEXT, "many", null, null);
    assertEquals(0, await(bus.ask(left)).items().size());
  }

  private void countWaiting(String space) {
    Space of = access.spaces().stream().filter(one -> one.name().equals(space)).findFirst().get();
    waves.count(() -> access.traffic(of).waiting());
  }

  @Test
  void anOpeningOverTheLimit_readsFiftySessionsAtOnce() throws Exception {
    for (int i = 0; i < LIMIT; i++) {
      cost(new OpenSession(LIMITED, "s" + i, UserId.named("many"), null, null, null));
    }
    OpenSession more = new OpenSession(LIMITED, "more", UserId.named("many"), null, null, null);
    countWaiting(LIMITED);
    assertEquals(
        Code.TOO_MANY_SESSIONS,
        Failure.from(assertThrows(ExecutionException.class, () -> cost(more)).getCause()).code());
    assertTrue(waves.mostWaiting() <= 55, waves.mostWaiting() + " commands at once");
    // Sessions that an earlier opening had to end.
    for (int i = 0; i < LIMIT; i++) {
      foreign.send("ZADD", "index:user-sessions:many", "XX", 1, "s" + i);
    }
    countWaiting(LIMITED);
    cost(more);
    assertTrue(waves.mostWaiting() <= 105, waves.mostWaiting() + " commands at once");
    ListUserSessions left = new ListUserSessions(LIMITED, "many", null, null);
    assertEquals(1, await(bus.ask(left)).items().size());
  }

  /** Each session may be large, so one wave must not bring all of them. */
  @ParameterizedTest
  @ValueSource(strings = {TEXT, HASH})
  void aList_readsFiftySessionsAWave(String space) throws Exception {
    for (int i = 0; i < 220; i++) {
      cost(new OpenSession(space, "s" + i, UserId.named("many"), null, null, null));
    }
    for (Ask<SessionList> list :
        List.of(
            new ListUserSessions(space, "many", null, 1000), new ListSessions(space, null, 1000))) {
      Cost cost = cost(list);
      assertTrue(cost.waves >= 5, cost::toString);
      assertTrue(await(bus.ask(list)).items().size() >= 220);
    }
  }
}
