package io.aetherkeep.stream.subscription;

import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.redis.store.RedisDueList;
import io.aetherkeep.stream.subscription.store.RedisStreamSubscriptions;
import io.aetherkeep.stream.subscription.store.RedisWakes;
import io.aetherkeep.stream.subscription.store.StreamSource;
import io.aetherkeep.stream.subscription.store.WakeView.WakeLink;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Subscriptions of one space on one event loop.
 *
 * @param due times of the subscriptions' next sweeps
 * @param clock clock of the space's Redis
 */
record SpaceSubscriptions(
    String name,
    RedisStreamSubscriptions store,
    RedisWakes wakes,
    RedisDueList due,
    StreamSource streams,
    RedisClock clock) {

  /** Number of tails read at once, so that Redis can serve other clients in between. */
  private static final int BATCH = 500;

  /** The tails of streams, by path; streams that do not exist are omitted. */
  Future<Map<String, StreamSource.Tail>> tails(Collection<String> paths) {
    Map<String, StreamSource.Tail> found = new LinkedHashMap<>();
    return tails(List.copyOf(paths), 0, found).map(found);
  }

  private Future<?> tails(List<String> paths, int from, Map<String, StreamSource.Tail> found) {
    List<String> some = paths.subList(from, Math.min(paths.size(), from + BATCH));
    List<Future<?>> reads = new ArrayList<>();
    for (String path : some) {
      reads.add(
          streams
              .tail(path)
              .onSuccess(
                  (Optional<StreamSource.Tail> tail) -> tail.ifPresent(t -> found.put(path, t))));
    }
    return reads.isEmpty()
        ? Future.succeededFuture()
        : Future.all(reads).compose(read -> tails(paths, from + some.size(), found));
  }

  /** The tails of a wake's streams. */
  Future<Map<String, StreamSource.Tail>> tailsOf(List<WakeLink> links) {
    return tails(links.stream().map(WakeLink::path).toList());
  }

  long epochSeconds() {
    return clock.millis() / 1000;
  }
}
