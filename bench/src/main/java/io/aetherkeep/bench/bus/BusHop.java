package io.aetherkeep.bench.bus;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Benchmark of an ask on the bus against the method call that it replaces. */
public final class BusHop {

  /** Minimal ask, answered on the same event loop. */
  public record Near(int number) implements Ask<Answer> {}

  /** Minimal ask, answered on another event loop. */
  public record Far(int number) implements Ask<Answer> {}

  /** Minimal answer. */
  public record Answer(int number) {}

  private static final int ASKS = 1_000_000;
  private static final int UNDER_WAY = 64;
  private static final int ROUNDS = 5;

  private BusHop() {}

  public static void run() throws Exception {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    Bus bus = Bus.on(vertx, List.of(Near.class, Far.class, Answer.class), Duration.ofSeconds(5));
    Loop here = new Loop();
    Loop there = new Loop();
    vertx.deployVerticle(here).await(10, TimeUnit.SECONDS);
    vertx.deployVerticle(there).await(10, TimeUnit.SECONDS);
    if (here.thread == there.thread) {
      throw new IllegalStateException("Both answerers are on one event loop");
    }
    here.on(() -> bus.answer(Near.class, ask -> Future.succeededFuture(new Answer(ask.number()))));
    there.on(() -> bus.answer(Far.class, ask -> Future.succeededFuture(new Answer(ask.number()))));
    for (String title : List.of("method call", "ask, same event loop", "ask, another event loop")) {
      Supplier<Future<Answer>> one =
          switch (title) {
            case "method call" -> () -> Future.succeededFuture(new Answer(1));
            case "ask, same event loop" -> () -> bus.ask(new Near(1));
            default -> () -> bus.ask(new Far(1));
          };
      measure(here, one);
      List<Double> nanos =
          IntStream.range(0, ROUNDS).mapToObj(round -> measure(here, one)).sorted().toList();
      System.out.printf("%-24s %6.0f ns%n", title, nanos.get(ROUNDS / 2));
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static double measure(Loop loop, Supplier<Future<Answer>> one) {
    long start = System.nanoTime();
    loop.on(() -> many(one));
    return (System.nanoTime() - start) / (double) ASKS;
  }

  private static Future<Void> many(Supplier<Future<Answer>> one) {
    Promise<Void> done = Promise.promise();
    int[] counts = {0, 0};
    for (int i = 0; i < UNDER_WAY; i++) {
      next(one, counts, done);
    }
    return done.future();
  }

  /** Asks on; loops instead of recursing if the answer is already complete. */
  private static void next(Supplier<Future<Answer>> one, int[] counts, Promise<Void> done) {
    while (counts[0] < ASKS) {
      counts[0]++;
      Future<Answer> answer = one.get();
      if (!answer.isComplete()) {
        answer.onSuccess(
            value -> {
              count(counts, done);
              next(one, counts, done);
            });
        return;
      }
      count(counts, done);
    }
  }

  private static void count(int[] counts, Promise<Void> done) {
    counts[1]++;
    if (counts[1] == ASKS) {
      done.complete();
    }
  }

  /** Event loop on which to run actions. */
  private static final class Loop extends VerticleBase {

    private @Nullable Thread thread;

    @Override
    public Future<?> start() {
      thread = Thread.currentThread();
      return Future.succeededFuture();
    }

    <T> T on(Supplier<Future<T>> action) {
      Promise<T> done = Promise.promise();
      context.runOnContext(run -> action.get().onComplete(done));
      return done.future().toCompletionStage().toCompletableFuture().join();
    }
  }
}
