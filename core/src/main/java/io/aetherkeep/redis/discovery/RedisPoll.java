package io.aetherkeep.redis.discovery;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Poll of several servers, one round at a time: a caller during a round shares its result. For one
 * event loop.
 *
 * @param <A> type of an answer
 */
public final class RedisPoll<A> {

  /**
   * One finished round.
   *
   * @param answers of the servers that answered
   * @param reasons of the other servers, one text for each
   */
  public record Round<A>(List<A> answers, List<String> reasons) {}

  private final Vertx vertx;
  private final Consumer<Round<A>> conclude;
  private @Nullable Future<Void> running;

  /**
   * Creates a poll.
   *
   * @param conclude called with each round's result, before its callers
   */
  public RedisPoll(Vertx vertx, Consumer<Round<A>> conclude) {
    this.vertx = vertx;
    this.conclude = conclude;
  }

  /** The running round, for a caller that must start another one after it; null if none runs. */
  public @Nullable Future<Void> running() {
    return running;
  }

  /** Asks each server, or joins the running round; completes after {@code conclude}. */
  public <S> Future<Void> ask(Collection<S> servers, Function<S, Future<A>> question) {
    Future<Void> present = running;
    if (present != null) {
      return present;
    }
    Context loop = vertx.getOrCreateContext();
    Promise<Void> concluded = Promise.promise();
    running = concluded.future();
    Round<A> round = new Round<>(new ArrayList<>(), new ArrayList<>());
    Future.join(servers.stream().map(server -> collect(round, question.apply(server))).toList())
        .onComplete(
            all ->
                loop.runOnContext(
                    on -> {
                      running = null;
                      conclude.accept(round);
                      concluded.complete();
                    }));
    return concluded.future();
  }

  private static <A> Future<A> collect(Round<A> round, Future<A> answer) {
    return answer
        .onSuccess(round.answers()::add)
        .onFailure(thrown -> round.reasons().add(String.valueOf(thrown.getMessage())));
  }
}
