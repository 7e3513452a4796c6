package io.aetherkeep.stream.subscription.store;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Streams of one space, as subscriptions see them. */
public interface StreamSource {

  /**
   * Tail of a stream.
   *
   * @param epoch the first epoch of the stream, which is its creation in microseconds since 1970
   */
  record Tail(String offset, long epoch) {}

  /** The tail of a stream; empty if it does not exist. */
  Future<Optional<Tail>> tail(String path);

  /** Makes room in a full stream by removing its oldest bytes. */
  Future<Void> trim(String path);

  /**
   * Lists streams in batches.
   *
   * @param prefix beginning of their paths
   * @param batch processes paths; the listing continues when its future completes
   */
  Future<Void> list(String prefix, Function<List<String>, Future<?>> batch);
}
