package io.aetherkeep.status;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.document.Document;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.status.Model.Update;
import io.aetherkeep.status.settings.EndWords;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.settings.StatusSettings;
import io.aetherkeep.status.store.Observation;
import io.aetherkeep.status.store.Outcome;
import io.aetherkeep.status.store.Outcome.Verdict;
import io.aetherkeep.status.store.RedisStatusStore;
import io.aetherkeep.status.store.Report;
import io.aetherkeep.status.store.StatusStore;
import io.aetherkeep.testing.AdjustableClock;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
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

/** Random updates of several workers, sequential and concurrent, against the model. */
class UpdatesPropertiesTest {

  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final Space SPACE = new Space("s", "", Dialect.ANY, 1 << 20, Map.of());

  private static EmbeddedRedis redis;
  private static Vertx vertx;
  private static ForeignClient foreign;
  private static List<StatusStore> workers;

  @BeforeContainer
  static void start() throws Exception {
    redis = EmbeddedRedis.start(EmbeddedRedis.options());
    vertx = Vertx.vertx();
    foreign = new ForeignClient(redis.port());
    workers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      RedisAccess access =
          await(RedisAccess.open(vertx, 1, Map.of(SPACE, PatientTarget.of(redis.url(), 0))));
      workers.add(
          new RedisStatusStore(
              access.line(SPACE),
              SPACE,
              0,
              StatusSettings.usual(),
              RedisClock.by(new AdjustableClock()),
              received -> {}));
    }
  }

  @AfterContainer
  static void stop() throws Exception {
    foreign.close();
    await(vertx.close());
    redis.close();
  }

  @Provide
  Arbitrary<List<Update>> updates() {
    Arbitrary<Integer> attempts =
        Arbitraries.frequency(
            net.jqwik.api.Tuple.of(5, 0),
            net.jqwik.api.Tuple.of(2, 1),
            net.jqwik.api.Tuple.of(2, 2),
            net.jqwik.api.Tuple.of(1, 3));
    return Combinators.combine(
            attempts,
            Arbitraries.of(Update.WORDS),
            Arbitraries.of(0, 10, 50, 50, 90, 100).injectNull(0.3))
        .as(Update::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(24);
  }

  private static Future<Outcome> send(int worker, String id, Update update) {
    Report report = Report.sent(StatusKind.REQUEST, id, Document.of(update.json()), EndWords.USUAL);
    String attempt = update.attempt() == 0 ? StatusStore.PRESENT : "" + update.attempt();
    return workers.get(worker).write(StatusKind.REQUEST, id, report, attempt, "");
  }

  @Property(tries = 150)
  void inOrder_everyUpdateComesToWhatTheModelSays(@ForAll("updates") List<Update> updates)
      throws Exception {
    String id = "r" + NEXT.incrementAndGet();
    Model model = new Model();
    for (int i = 0; i < updates.size(); i++) {
      Verdict expected = model.apply(updates.get(i));
      Outcome outcome = await(send(i % 3, id, updates.get(i)));
      assertEquals(expected, outcome.verdict(), updates.get(i)::toString);
      assertEquals(model.attempt(), outcome.run().attempt());
    }
    String stored = foreign.text("HGET", "request:status:" + id, "status");
    assertEquals(model.last().word(), stored);
    assertTrue(foreign.number("PTTL", "request:status:" + id) > 0);
  }

  /** In whichever order Redis runs them, the model must accept the feed as one sequence. */
  @Property(tries = 100)
  void atOnce_theFeedIsARunOfTheModel(
      @ForAll("updates") List<Update> one,
      @ForAll("updates") List<Update> two,
      @ForAll("updates") List<Update> three)
      throws Exception {
    String id = "r" + NEXT.incrementAndGet();
    List<List<Update>> all = List.of(one, two, three);
    List<Future<Outcome>> outcomes = new ArrayList<>();
    for (int worker = 0; worker < 3; worker++) {
      for (Update update : all.get(worker)) {
        outcomes.add(send(worker, id, update));
      }
    }
    await(Future.all(outcomes));
    long changes = outcomes.stream().filter(o -> o.result().verdict() == Verdict.CHANGED).count();
    List<Status> feed = await(workers.get(0).feed(StatusKind.REQUEST, id, "0-0"));
    assertEquals(changes, feed.size());
    assertIsARun(feed);
    Observation sight = await(workers.get(0).observe(StatusKind.REQUEST, id));
    Status last = feed.get(feed.size() - 1);
    assertEquals(last.offset(), sight.run().offset());
    assertEquals(last.document(), sight.document());
  }

  private static void assertIsARun(List<Status> feed) {
    Model model = new Model();
    String before = null;
    for (Status status : feed) {
      assertEquals(before, status.previous());
      before = status.offset();
      assertEquals(Verdict.CHANGED, model.apply(update(status)), status::toString);
    }
  }

  private static Update update(Status status) {
    Report report = Report.found(StatusKind.REQUEST, status.document(), EndWords.USUAL);
    Double progress = report.progress();
    String word = io.aetherkeep.document.Members.of(status.document()).text("status");
    return new Update(status.attempt(), word, progress == null ? null : progress.intValue());
  }
}
