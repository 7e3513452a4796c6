package io.aetherkeep.router.realtime;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.Reported;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.Protocol;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports of one socket, whose answers the test gives. */
class UnsavedReportTest {

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Context loop = vertx.getOrCreateContext();
  private final Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
  private final List<String> asked = new ArrayList<>();
  private final List<Promise<Reported>> answers = new ArrayList<>();
  private final UnsavedReport report = new UnsavedReport();

  @BeforeEach
  void answer() throws Exception {
    Promise<Void> answering = Promise.promise();
    loop.runOnContext(
        turn ->
            bus.answer(
                    ReportPlayback.class,
                    ask -> {
                      asked.add(ask.podcast() + " " + ask.state());
                      Promise<Reported> answer = Promise.promise();
                      answers.add(answer);
                      return answer.future();
                    })
                .onComplete(answering));
    await(answering.future());
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private void onLoop(Runnable action) throws Exception {
    Promise<Void> done = Promise.promise();
    loop.runOnContext(
        turn -> {
          action.run();
          done.complete();
        });
    await(done.future());
  }

  private void send(String podcast, State state) {
    report.send(bus, new ReportPlayback("s", "s1", state, podcast, null, null, null, "c1", null));
  }

  private void store(int number) {
    Playback now = new Playback("s1", "p2", State.PLAYING, 0, 1, null, 1, 1, null);
    answers.get(number).complete(new Reported(now, false));
  }

  private void failUnavailable(int number) {
    answers.get(number).fail(Failure.of(Code.REDIS_UNAVAILABLE, "away"));
  }

  @Test
  void reportThatRedisCouldNotStore_isSentAgain() throws Exception {
    onLoop(
        () -> {
          send("p1", State.PLAYING);
          failUnavailable(0);
          report.retry(bus);
          store(1);
          report.retry(bus);
        });
    assertEquals(List.of("p1 PLAYING", "p1 PLAYING"), asked);
  }

  /** As in a cluster with a dead master: its reports end at their deadline, others at once. */
  @Test
  void reportThatFailsAfterALaterOneWasStored_isNotSentAgain() throws Exception {
    onLoop(
        () -> {
          send("p1", State.PLAYING);
          send("p2", State.PLAYING);
          store(1);
          failUnavailable(0);
          report.retry(bus);
        });
    assertEquals(List.of("p1 PLAYING", "p2 PLAYING"), asked);
  }

  @Test
  void reportThatFailsAfterALaterPositionWasTaken_isSentAgain() throws Exception {
    onLoop(
        () -> {
          send("p1", State.PLAYING);
          send("p2", null);
          store(1);
          failUnavailable(0);
          report.retry(bus);
        });
    assertEquals(List.of("p1 PLAYING", "p2 null", "p1 PLAYING"), asked);
  }
}
