package io.aetherkeep.stream;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.HistoryAsks.AppendHistory;
import io.aetherkeep.catalogue.HistoryAsks.Appended;
import io.aetherkeep.catalogue.StatusAsks.PutStatus;
import io.aetherkeep.catalogue.StatusAsks.StatusWritten;
import io.aetherkeep.catalogue.StreamAsks.AppendToStream;
import io.aetherkeep.catalogue.StreamAsks.CreateStream;
import io.aetherkeep.catalogue.StreamAsks.DeleteStream;
import io.aetherkeep.catalogue.StreamAsks.Fork;
import io.aetherkeep.catalogue.StreamAsks.Producer;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.catalogue.StreamAsks.StopStream;
import io.aetherkeep.catalogue.StreamAsks.StreamClosed;
import io.aetherkeep.catalogue.StreamAsks.StreamExtras;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Tests the effects of a stream's end: by its producer, by a stop, or by an expired lease. */
class LeasesTest extends StreamDeployment {

  private final List<AppendHistory> appended = new CopyOnWriteArrayList<>();
  private final List<String> statuses = new CopyOnWriteArrayList<>();

  /** Completes when histories answer. */
  private volatile Future<?> history = Future.succeededFuture();

  /** Stand-ins for the owners of histories and statuses. */
  private final class Neighbours extends VerticleBase {
    @Override
    public Future<?> start() {
      return Future.all(
          bus.answer(
              AppendHistory.class,
              ask -> {
                appended.add(ask);
                return history.map(new Appended("m1", 1, 1, false));
              }),
          bus.answer(
              PutStatus.class,
              ask -> {
                statuses.add(ask.kind() + "/" + ask.id() + " " + ask.document());
                return Future.succeededFuture(new StatusWritten(true, true, 1, "1-1", "v", null));
              }));
    }
  }

  private static StreamExtras extras(Long lease, String session, String text, String status) {
    return new StreamExtras(lease, session, text, status);
  }

  /** Lets time pass. */
  private void silence(String path) {
    foreign.send("HSET", "stream:" + path, "lease_until", "1");
    foreign.send("ZADD", "index:streams-due", "1", path);
  }

  @Test
  void silentProducer_isNoticed_andTheStreamEnds() throws Exception {
    List<StreamClosed> events = new CopyOnWriteArrayList<>();
    await(bus.subscribe(StreamClosed.class, events::add));
    ask(creating("s", TEXT, extras(30L, null, null, null)));
    append("s", "half");
    silence("s");
    await().until(() -> describe("s").closed());
    assertTrue(describe("s").abandoned());
    assertTrue(read("s", null).closed());
    refused(Code.STREAM_CLOSED, appending("s", TEXT, "late"));
    await().until(() -> events.size() == 1);
    assertEquals("abandoned", events.get(0).cause());
  }

  @Test
  void heartbeat_keepsTheStreamOpen() throws Exception {
    ask(creating("s", TEXT, extras(30L, null, null, null)));
    ask(appending("s", "x", new Producer("p", 0, 0)));
    foreign.send("HSET", "stream:s", "lease_until", "1");
    Producer producer = new Producer("p", 0, 0);
    ask(new AppendToStream(SPACE, "s", null, null, false, null, producer, null));
    foreign.send("ZADD", "index:streams-due", "1", "s");
    // A later due time shows that it was handled.
    await().until(() -> foreign.text("ZSCORE", "index:streams-due", "s").length() > 4);
    assertFalse(describe("s").closed());
  }

  @Test
  void newEpoch_takesTheStreamOver_beforeTheSilenceIsNoticed() throws Exception {
    ask(creating("s", TEXT, extras(30L, null, null, null)));
    ask(appending("s", "x", new Producer("p", 0, 0)));
    foreign.send("HSET", "stream:s", "lease_until", "1");
    ask(appending("s", "y", new Producer("p", 1, 0)));
    foreign.send("ZADD", "index:streams-due", "1", "s");
    await().until(() -> foreign.text("ZSCORE", "index:streams-due", "s").length() > 4);
    assertFalse(describe("s").closed());
    refused(Code.PRODUCER_FENCED, appending("s", "z", new Producer("p", 0, 1)));
  }

  @Test
  void emptyAppend_isRefused_whereThereIsNoLease() throws Exception {
    create("s", TEXT);
    Producer producer = new Producer("p", 0, 0);
    refused(
        Code.INVALID_BODY, new AppendToStream(SPACE, "s", null, null, false, null, producer, null));
    refused(Code.INVALID_HEADER, creating("t", TEXT, extras(1L, null, null, null)));
    refused(Code.INVALID_HEADER, creating("t", TEXT, extras(null, null, "x", null)));
    refused(Code.INVALID_HEADER, creating("t", TEXT, extras(null, null, null, "x/1")));
  }

  @Test
  void text_goesIntoTheSessionsHistoryOnce() throws Exception {
    await(vertx.deployVerticle(new Neighbours()));
    ask(creating("chat", TEXT, extras(null, "s1", null, null)));
    append("chat", "Good ");
    ask(closing("chat", "morning"));
    await().until(() -> "1".equals(foreign.text("HGET", "stream:chat", "finished")));
    assertEquals(1, appended.size());
    assertEquals("Good morning", appended.get(0).content());
    assertEquals("assistant", appended.get(0).role());
    assertEquals("s1", appended.get(0).id());
  }

  @Test
  void aForkOfTheSameSession_goesIntoItsHistoryToo() throws Exception {
    await(vertx.deployVerticle(new Neighbours()));
    StreamExtras extras = extras(null, "s1", null, null);
    ask(creating("src", TEXT, extras));
    ask(closing("src", "one"));
    Fork fork = new Fork("src", null, null);
    ask(new CreateStream(SPACE, "fork", null, null, null, false, null, fork, extras));
    ask(closing("fork", " two"));
    await().until(() -> histories() == 2);
    assertEquals(
        Set.of("one", "one two"),
        appended.stream().map(AppendHistory::content).collect(Collectors.toSet()));
  }

  @Test
  void endOfADeletedStream_isNotThatOfTheNextOneAtItsPath() throws Exception {
    await(vertx.deployVerticle(new Neighbours()));
    Promise<Void> answer = Promise.promise();
    history = answer.future();
    StreamExtras extras = extras(null, "s1", null, "request/r1");
    ask(creating("chat", TEXT, extras));
    ask(closing("chat", "one"));
    await().until(() -> histories() == 1);
    ask(new DeleteStream(SPACE, "chat"));
    ask(creating("chat", TEXT, extras));
    answer.complete();
    await().until(() -> statuses.stream().anyMatch(status -> status.contains("completed")));
    append("chat", "tw");
    ask(closing("chat", "o"));
    await().until(() -> histories() == 2);
    await().until(() -> "1".equals(foreign.text("HGET", "stream:chat", "finished")));
  }

  @Test
  void fieldsWithoutAStream_areNotPartOfTheNextOneAtItsKey() throws Exception {
    await(vertx.deployVerticle(new Neighbours()));
    foreign.send("HSET", "stream:chat", "finished", "1");
    ask(creating("chat", TEXT, extras(null, "s1", null, null)));
    ask(closing("chat", "text"));
    await().until(() -> histories() == 1);
  }

  /** The number of different appends to histories, without repetitions. */
  private long histories() {
    return appended.stream().map(AppendHistory::idempotencyKey).distinct().count();
  }

  @Test
  void statusOfAStream_hasAStepEachTimeItHasGrown_andItsEnd() throws Exception {
    await(vertx.deployVerticle(new Neighbours()));
    ask(creating("t", TEXT, extras(null, null, null, "podcast/p1")));
    append("t", "ten bytes.");
    lookedAt("t", "10");
    lookedAt("t", "10");
    append("t", " and more");
    lookedAt("t", "19");
    ask(closing("t", "."));
    await().until(() -> statuses.size() == 4);
    assertEquals(
        List.of(
            "podcast/p1 {\"status\":\"streaming\"}",
            "podcast/p1 {\"status\":\"streaming\",\"bytes\":10}",
            "podcast/p1 {\"status\":\"streaming\",\"bytes\":19}",
            "podcast/p1 {\"status\":\"ready_to_stream\"}"),
        statuses);
  }

  @Test
  void appendsWithALease_doNotDelayTheSweep() throws Exception {
    await(vertx.deployVerticle(new Neighbours()));
    ask(creating("t", TEXT, extras(null, null, null, "podcast/p1")));
    await()
        .until(
            () -> {
              ask(new AppendToStream(SPACE, "t", TEXT, octets("x"), false, null, null, 30L));
              return statuses.size() > 1;
            });
  }

  /** Makes a sweep due. */
  private void lookedAt(String path, String step) {
    foreign.send("ZADD", "index:streams-due", "1", path);
    await()
        .until(
            () ->
                foreign.text("ZSCORE", "index:streams-due", path).length() > 5
                    && step.equals(foreign.text("HGET", "stream:" + path, "step")));
  }

  @Test
  void whatANodeThatDiedLeftUndone_isDoneByAnother() throws Exception {
    await(vertx.deployVerticle(new Neighbours()));
    ask(creating("j", JSON, extras(null, "s1", "/delta", "podcast/p1")));
    ask(appending("j", JSON, "[{\"delta\":\"a\"},{\"other\":1},{\"delta\":\"b\"}]"));
    // Closes it like a node that dies directly afterwards.
    change("j", CLOSED, "1");
    foreign.send("ZADD", "index:streams-due", "1", "j");
    await().until(() -> "1".equals(foreign.text("HGET", "stream:j", "finished")));
    assertEquals("ab", appended.get(0).content());
    assertEquals(
        List.of(
            "podcast/p1 {\"status\":\"streaming\"}", "podcast/p1 {\"status\":\"ready_to_stream\"}"),
        statuses);
  }

  @Test
  void status_saysWhyAStreamWasStopped() throws Exception {
    await(vertx.deployVerticle(new Neighbours()));
    ask(creating("s", TEXT, extras(null, null, null, "request/r1")));
    ask(new StopStream(SPACE, "s", "the \"user\"", null));
    await().untilAsserted(() -> assertEquals(2, statuses.size(), statuses.toString()));
    assertEquals(
        "request/r1 {\"status\":\"failed\",\"error\":\"the \\\"user\\\"\"}", statuses.get(1));
  }

  @Test
  void streamOfASession_isForItsEndUserAlone() throws Exception {
    ask(creating("own", TEXT, extras(null, "s1", null, null)));
    assertTrue(ask(new ReadStream(SPACE, "own", null, "s1")).upToDate());
    refused(Code.OTHER_SESSION, new ReadStream(SPACE, "own", null, "s2"));
    refused(Code.OTHER_SESSION, new StopStream(SPACE, "own", "x", "s2"));
    create("open", TEXT);
    assertTrue(ask(new ReadStream(SPACE, "open", null, "s2")).upToDate());
    refused(Code.OTHER_SESSION, new StopStream(SPACE, "open", "x", "s2"));
  }

  @Test
  void refusedPath_isNotScheduled_andAnEarlierEntryStopsNoOther() throws Exception {
    refused(Code.INVALID_ID, creating("a{b", TEXT, extras(30L, null, null, null)));
    refused(
        Code.INVALID_ID,
        new AppendToStream(SPACE, "a b", TEXT, octets("x"), false, null, null, 30L));
    assertEquals(0, foreign.number("ZCARD", "index:streams-due"));
    ask(creating("s", TEXT, extras(30L, null, null, null)));
    foreign.send("ZADD", "index:streams-due", "0", "a{b");
    silence("s");
    await().until(() -> describe("s").closed());
    await().until(() -> foreign.text("ZSCORE", "index:streams-due", "a{b").equals("null"));
  }
}
