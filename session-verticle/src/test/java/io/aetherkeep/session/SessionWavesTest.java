package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.PatchSession;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
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
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many waves of commands an ask waits for, one after the other, and how many commands. */
@ExtendWith(RedisExtension.class)
class SessionWavesTest {

  private static final String TEXT = "aethercast";
  private static final String HASH = "council";
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

  @BeforeEach
  void deploy(RedisServer server) throws Exception {
    Map<Space, RedisTarget> targets = new LinkedHashMap<>();
    targets.put(space(TEXT, Dialect.AETHERCAST), PatientTarget.of(server.url(), 0));
    targets.put(space(HASH, Dialect.COUNCIL), PatientTarget.of(server.url(), 1));
    access = SessionNode.await(RedisAccess.open(vertx, 1, targets));
    Policy two = new Policy(new Cap(0, Cap.Rule.OLDEST_OUT), 0, false, 2);
    SessionSettings settings =
        new SessionSettings(
            Duration.ofSeconds(5),
            Duration.ofMinutes(15),
            NEVER,
            TokenEncoding.CL100K,
            NEVER,
            Map.of(HASH, two));
    SessionNode.await(
        vertx.deployVerticle(
            SessionVerticle.instances(bus, access, settings, clock, RedisTime.of(clock)).get()));
    // The server learns the scripts, which are sent whole once.
    for (String space : targets.keySet().stream().map(Space::name).toList()) {
      everything(space, "first");
    }
  }

  @AfterEach
  void close() throws Exception {
    SessionNode.await(vertx.close());
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
   * What an ask costs.
   *
   * @param waves how many waves it waited for
   * @param commands how many commands were sent until its answer
   * @param after how many were sent after it, which nobody waited for
   */
  record Cost(int waves, long commands, long after) {}

  /** Asked on the event loop of the answerer, and counted in the turn that has the answer. */
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
                    long sent = sent();
                    return quiet(0).map(quiet -> new Cost(answered, sent - before, sent() - sent));
                  })
              .onComplete(cost);
        });
    return SessionNode.await(cost.future());
  }

  private long sent() {
    return access.spaces().stream().mapToLong(space -> access.traffic(space).sent()).sum()
        - waves.own();
  }

  /** Whatever follows from an ask is sent within some turns without anything under way. */
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
   * Among the commands of reports that change the document are those that move the session in two
   * indexes, and of a hash the one that keeps its list; nobody waits for them.
   */
  @Test
  void playback_isReportedInTwoWaves() throws Exception {
    open(TEXT, "s1");
    clock.move(Duration.ofSeconds(20));
    assertEquals(new Cost(2, 11, 0), cost(playing(TEXT, "s1", "p1")));
    assertEquals(new Cost(2, 13, 0), cost(playing(TEXT, "s1", "p2")));
    clock.move(Duration.ofSeconds(1));
    assertEquals(new Cost(2, 9, 0), cost(report(TEXT, "s1", State.PAUSED)));
    assertEquals(new Cost(2, 10, 0), cost(report(TEXT, "s1", State.PLAYING)));
    assertEquals(new Cost(2, 11, 0), cost(report(TEXT, "s1", State.STOPPED)));
  }

  @Test
  void playback_ofALimitedStream_isReportedInThreeWaves() throws Exception {
    open(HASH, "s1");
    assertEquals(new Cost(3, 13, 0), cost(playing(HASH, "s1", "p1")));
    assertEquals(new Cost(3, 15, 0), cost(playing(HASH, "s1", "p2")));
    assertEquals(new Cost(2, 9, 0), cost(report(HASH, "s1", State.PAUSED)));
    assertEquals(new Cost(3, 10, 0), cost(report(HASH, "s1", State.PLAYING)));
    assertEquals(new Cost(2, 11, 0), cost(report(HASH, "s1", State.STOPPED)));
  }

  /** A late report changes nothing, and needs one more wave to say so. */
  @Test
  void aLateReport_isThreeWaves() throws Exception {
    open(TEXT, "s1");
    cost(playing(TEXT, "s1", "p1"));
    ReportPlayback late =
        new ReportPlayback(TEXT, "s1", State.PLAYING, "p2", 0L, null, 1L, null, null);
    assertEquals(3, cost(late).waves);
  }

  /** What else is sent moves the session in two indexes, and of a hash keeps its list. */
  @ParameterizedTest
  @ValueSource(strings = {TEXT, HASH})
  void aPatch_isTwoWaves_andNothingReadsTheSessionAgain(String space) throws Exception {
    open(space, "s1");
    cost(new ReadSession(space, "s1", null, null));
    cost(new ReadSession(space, "s1", null, null));
    assertEquals(new Cost(2, space.equals(HASH) ? 5 : 4, 0), cost(patching(space, "s1")));
  }
}
