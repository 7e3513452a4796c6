package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.catalogue.ListenerAsks.Listeners;
import io.aetherkeep.catalogue.ListenerAsks.ReadListeners;
import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.Reported;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.settings.SessionSettings.TokenEncoding;
import io.aetherkeep.testing.AdjustableClock;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Random reports of random devices on two nodes, compared with a small model. */
class PlaybackPropertiesTest {

  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final Space SPACE = new Space("s", "", Dialect.AETHERCAST, 1 << 20, Map.of());
  private static final AdjustableClock CLOCK =
      new AdjustableClock(Instant.parse("2026-11-21T04:01:45Z"));

  private static EmbeddedRedis redis;
  private static ForeignClient foreign;
  private static final List<SessionNode> NODES = new ArrayList<>();

  /** One report; without a state it is a mere position. */
  record Report(
      int session, @Nullable State state, int podcast, long positionMs, long seq, int node) {

    ReportPlayback ask(int run) {
      return new ReportPlayback(
          "s", run + "-" + session, state, podcast(run), positionMs, null, seq, null, null);
    }

    String podcast(int run) {
      return "p" + run + "-" + podcast;
    }
  }

  /** Model of one session's playback. */
  static final class Model {
    private String podcast = "";
    private State state = State.STOPPED;
    private long positionMs;
    private long seq = -1;

    /** Applies a report; answers whether it was late. */
    boolean apply(Report report, int run) {
      boolean other = !report.podcast(run).equals(podcast);
      boolean mere = report.state == null;
      if (report.seq <= seq || (mere && (other || state == State.STOPPED))) {
        return true;
      }
      podcast = report.podcast(run);
      state = report.state == null ? state : report.state;
      positionMs = report.positionMs;
      seq = report.seq;
      return false;
    }
  }

  @BeforeContainer
  static void start() throws Exception {
    redis = EmbeddedRedis.start(EmbeddedRedis.options());
    foreign = new ForeignClient(redis.port());
    SessionSettings settings =
        new SessionSettings(
            Duration.ofSeconds(5),
            Duration.ofMinutes(15),
            Duration.ofDays(1),
            TokenEncoding.CL100K,
            Duration.ofMillis(10),
            Map.of());
    for (int i = 0; i < 2; i++) {
      NODES.add(new SessionNode(Map.of(SPACE, PatientTarget.of(redis.url(), 0)), settings, CLOCK));
    }
  }

  @AfterContainer
  static void stop() throws Exception {
    foreign.close();
    for (SessionNode node : NODES) {
      node.close();
    }
    redis.close();
  }

  @Provide
  Arbitrary<List<Report>> reports() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 2),
            Arbitraries.of(State.values()).injectNull(0.6),
            Arbitraries.of(0, 0, 0, 1),
            Arbitraries.longs().between(0, 10_000),
            Arbitraries.longs().between(0, 40),
            Arbitraries.integers().between(0, 1))
        .as(Report::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(30);
  }

  private static <A> A ask(int node, Ask<A> ask) throws Exception {
    return await(NODES.get(node).asks(ask));
  }

  private static int open() throws Exception {
    int run = NEXT.incrementAndGet();
    for (int session = 0; session < 3; session++) {
      UserId user = UserId.named("u" + session / 2);
      ask(0, new OpenSession("s", run + "-" + session, user, null, null, null));
    }
    return run;
  }

  /** A session's reports to one node, as of a client that stays on it. */
  @Property(tries = 100)
  void inOrder_everyReportComesToWhatTheModelSays(@ForAll("reports") List<Report> reports)
      throws Exception {
    int run = open();
    Map<Integer, Model> models = new HashMap<>();
    for (Report report : reports) {
      Model model = models.computeIfAbsent(report.session, first -> new Model());
      boolean late = model.apply(report, run);
      Reported reported = ask(report.session % 2, report.ask(run));
      assertEquals(late, reported.late(), report::toString);
      assertEquals(Math.max(model.seq, 0), reported.playback().seq(), report::toString);
    }
    for (Map.Entry<Integer, Model> one : models.entrySet()) {
      Model model = one.getValue();
      Playback now = ask(one.getKey() % 2, new ReadPlayback("s", run + "-" + one.getKey()));
      assertEquals(model.state, now.state());
      assertEquals(model.positionMs, now.positionMs());
      assertEquals(model.podcast, now.podcastId() == null ? "" : now.podcastId());
    }
    assertListeners(run, models);
  }

  private static void assertListeners(int run, Map<Integer, Model> models) throws Exception {
    for (int podcast = 0; podcast < 2; podcast++) {
      String id = "p" + run + "-" + podcast;
      List<Integer> hearing =
          models.keySet().stream()
              .filter(s -> models.get(s).state == State.PLAYING && models.get(s).podcast.equals(id))
              .toList();
      Listeners counted = ask(podcast, new ReadListeners("s", id));
      assertEquals(hearing.size(), counted.listeners());
      assertEquals(hearing.stream().map(s -> s / 2).distinct().count(), counted.users());
    }
  }

  /**
   * Concurrent reports to both nodes: the seq in Redis never decreases, and the newest report wins.
   */
  @Property(tries = 60)
  void atOnce_theSeqNeverGoesBack_andEverythingAgreesInTheEnd(
      @ForAll("reports") List<Report> reports) throws Exception {
    int run = open();
    List<Future<Reported>> answers = new ArrayList<>();
    Map<Integer, Long> seen = new HashMap<>();
    for (Report report : reports) {
      answers.add(NODES.get(report.node).asks(report.ask(run)));
      long stored = number(run + "-" + report.session, "seq");
      assertTrue(stored >= seen.getOrDefault(report.session, -1L));
      seen.put(report.session, stored);
    }
    await(Future.all(answers));
    for (int session = 0; session < 3; session++) {
      String id = run + "-" + session;
      Playback last = ask(0, new ReadPlayback("s", id));
      String state = foreign.text("HGET", "playback:" + id, "state");
      assertEquals(last.state().word(), state.equals("null") ? "stopped" : state);
      String document = foreign.text("GET", "session:" + id);
      String active = last.state() == State.STOPPED ? "null" : '"' + last.podcastId() + '"';
      assertTrue(document.contains("\"active_podcast_stream_id\": " + active), document);
      for (int podcast = 0; podcast < 2; podcast++) {
        String key = "listeners:p" + run + "-" + podcast;
        boolean plays =
            last.state() == State.PLAYING && ("p" + run + "-" + podcast).equals(last.podcastId());
        // The other node may still take back what a report that came too late has begun.
        Awaitility.await(id + " " + key)
            .until(() -> (foreign.send("ZSCORE", key, id) != null) == plays);
      }
    }
  }

  private static long number(String id, String field) {
    String text = foreign.text("HGET", "playback:" + id, field);
    return text.matches("[0-9]+") ? Long.parseLong(text) : -1;
  }
}
