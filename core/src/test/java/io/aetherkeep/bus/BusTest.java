package io.aetherkeep.bus;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.InvalidationAsks.CacheInvalidated;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The bus within one JVM: routing, delivery and failures of asks. */
class BusTest extends BusFixture {

  private static final SayAgain ASK = new SayAgain("hello", 1);

  private Future<Void> answerNamed(String name) {
    return bus.answer(
        SayAgain.class,
        ask -> Future.succeededFuture(new Said(name, Thread.currentThread().getName())));
  }

  /** Deploys instances that answer with their name and thread; returns the deployment's id. */
  private String deploy(String name, int instances, List<Context> contexts) throws Exception {
    return await(
        vertx.deployVerticle(
            () ->
                context -> {
                  contexts.add(context);
                  return answerNamed(name);
                },
            new DeploymentOptions().setInstances(instances)));
  }

  @Test
  void ask_arrivesAsTheSameInstanceAndSoDoesItsAnswer() throws Exception {
    AtomicReference<SayAgain> arrived = new AtomicReference<>();
    Said said = new Said("hello", "");
    await(
        bus.answer(
            SayAgain.class,
            ask -> {
              arrived.set(ask);
              return Future.succeededFuture(said);
            }));
    assertSame(said, await(bus.ask(ASK)));
    assertSame(ASK, arrived.get());
  }

  @Test
  void ask_isAnsweredOnTheAskersOwnEventLoop() throws Exception {
    List<Context> contexts = new CopyOnWriteArrayList<>();
    deploy("any", LOOPS, contexts);
    Set<String> threads = new HashSet<>();
    for (Context context : contexts) {
      String here = on(context, () -> Future.succeededFuture(Thread.currentThread().getName()));
      for (int i = 0; i < 3 * LOOPS; i++) {
        assertEquals(here, on(context, () -> bus.ask(ASK)).thread());
      }
      threads.add(here);
    }
    assertEquals(LOOPS, threads.size());
  }

  @Test
  void ask_fromOutsideReachesEveryInstanceInTurn() throws Exception {
    deploy("any", LOOPS, new CopyOnWriteArrayList<>());
    Set<String> threads = new HashSet<>();
    for (int i = 0; i < LOOPS; i++) {
      threads.add(await(bus.ask(ASK)).thread());
    }
    assertEquals(LOOPS, threads.size());
  }

  @Test
  void ask_goesElsewhereOnceTheInstanceOfItsLoopIsUndeployed() throws Exception {
    List<Context> contexts = new CopyOnWriteArrayList<>();
    String near = deploy("near", 1, contexts);
    deploy("far", 1, contexts);
    Context here = contexts.get(0);
    assertEquals("near", on(here, () -> bus.ask(ASK)).text());
    await(vertx.undeploy(near));
    Said first = on(here, () -> bus.ask(ASK));
    Said second = on(here, () -> bus.ask(ASK));
    assertEquals("far", first.text());
    assertEquals("far", second.text());
    assertNotEquals(
        on(here, () -> Future.succeededFuture(Thread.currentThread().getName())), first.thread());
  }

  @Test
  void ask_returnsToItsLoopOnceAnInstanceIsThereAgain() throws Exception {
    List<Context> contexts = new CopyOnWriteArrayList<>();
    String near = deploy("near", 1, contexts);
    Context here = contexts.get(0);
    await(vertx.undeploy(near));
    assertEquals(Code.NOT_SERVING, failure(askOn(here)).code());
    deploy("again", LOOPS, contexts);
    String thread = on(here, () -> Future.succeededFuture(Thread.currentThread().getName()));
    for (int i = 0; i < 2 * LOOPS; i++) {
      assertEquals(thread, on(here, () -> bus.ask(ASK)).thread());
    }
  }

  private Future<Said> askOn(Context context) {
    Promise<Said> answer = Promise.promise();
    context.runOnContext(nothing -> bus.ask(ASK).onComplete(answer));
    return answer.future();
  }

  @Test
  void ask_failsWithCodeAndDetailOfTheAnswerersFailure() throws Exception {
    Failure refusal = Failure.of(Code.VERSION_CONFLICT, "not the third");
    await(bus.answer(SayAgain.class, ask -> Future.failedFuture(refusal)));
    Failure failure = failure(bus.ask(ASK));
    assertEquals(Code.VERSION_CONFLICT, failure.code());
    assertEquals(Kind.CONFLICT, failure.kind());
    assertEquals("not the third", failure.detail());
    assertEquals("version-conflict", failure.getMessage());
    assertEquals(409, failure.failureCode());
  }

  @Test
  void ask_failsWithWhatTheAnswererThrew() throws Exception {
    await(
        bus.answer(
            SayAgain.class,
            ask -> {
              throw Failure.of(Code.INVALID_ID, "The id is empty");
            }));
    assertEquals("The id is empty", failure(bus.ask(ASK)).detail());
  }

  @Test
  void ask_failsAsInternalAtOnceWhereTheAnswererBreaks() throws Exception {
    await(
        bus.answer(
            SayAgain.class,
            ask -> {
              throw new IllegalStateException("secret");
            }));
    Failure failure = failure(bus.ask(ASK));
    assertEquals(Code.INTERNAL, failure.code());
    assertEquals(-1, failure.detail().indexOf("secret"));
  }

  @Test
  void ask_failsAsInternalWhereTheAnswersFutureBreaks() throws Exception {
    await(bus.answer(SayAgain.class, ask -> Future.failedFuture(new RuntimeException("secret"))));
    assertEquals(Code.INTERNAL, failure(bus.ask(ASK)).code());
  }

  @Test
  void ask_failsAtItsDeadline() throws Exception {
    await(bus.answer(SayAgain.class, ask -> Promise.<Said>promise().future()));
    Failure failure = failure(bus.ask(ASK, Duration.ofMillis(20)));
    assertEquals(Code.DEADLINE_EXCEEDED, failure.code());
    assertEquals(Kind.UNAVAILABLE, failure.kind());
  }

  @Test
  void ask_failsAsNotServingWhereNobodyAnswers() {
    Failure failure = failure(bus.ask(ASK));
    assertEquals(Code.NOT_SERVING, failure.code());
    assertEquals(503, failure.failureCode());
  }

  @Test
  void address_isTheRecordsNameInKebabCase() {
    assertEquals("aetherkeep.read-entry", BusAddress.of(ReadEntry.class));
    assertEquals("aetherkeep.event.cache-invalidated", BusAddress.of(CacheInvalidated.class));
  }

  @Test
  void event_reachesEverySubscriberAsARecordAndAPlainConsumerAsAJsonObject() throws Exception {
    BlockingQueue<CacheInvalidated> one = new LinkedBlockingQueue<>();
    BlockingQueue<CacheInvalidated> other = new LinkedBlockingQueue<>();
    BlockingQueue<Object> plain = new LinkedBlockingQueue<>();
    await(bus.subscribe(CacheInvalidated.class, one::add));
    await(bus.subscribe(CacheInvalidated.class, other::add));
    await(
        vertx
            .eventBus()
            .consumer("aetherkeep.event.cache-invalidated", message -> plain.add(message.body()))
            .completion());
    CacheInvalidated fact = new CacheInvalidated("s", "topic", List.of("a"), null, null, 1);
    bus.publish(fact);
    List<CacheInvalidated> heard = new ArrayList<>();
    heard.add(one.poll(30, TimeUnit.SECONDS));
    heard.add(other.poll(30, TimeUnit.SECONDS));
    assertEquals(List.of(fact, fact), heard);
    assertEquals(
        new JsonObject("{\"space\":\"s\",\"keyspace\":\"topic\",\"ids\":[\"a\"],\"removed\":1}"),
        plain.poll(30, TimeUnit.SECONDS));
  }

  @Test
  void signal_reachesEveryHearerByReference() throws Exception {
    BlockingQueue<Rang> heard = new LinkedBlockingQueue<>();
    await(bus.onSignal(Rang.class, heard::add));
    await(bus.onSignal(Rang.class, heard::add));
    Rang signal = new Rang("one");
    bus.signal(signal);
    assertSame(signal, heard.poll(30, TimeUnit.SECONDS));
    assertSame(signal, heard.poll(30, TimeUnit.SECONDS));
  }
}
