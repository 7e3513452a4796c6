package io.aetherkeep.stream;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.catalogue.StreamAsks.StreamExtras;
import io.aetherkeep.document.Octets;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.redis.store.RedisDueList;
import io.aetherkeep.redis.store.RedisIndexParts;
import io.aetherkeep.stream.settings.StreamSettings;
import io.aetherkeep.stream.settings.StreamSettings.Bounds;
import io.aetherkeep.stream.store.RedisStreamListing;
import io.aetherkeep.stream.store.RedisStreams;
import io.aetherkeep.stream.store.StreamKeys;
import io.vertx.core.Future;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Streams of one space on one event loop: store, listing, reader, forks, and the schedule of
 * sweeps.
 */
final class SpaceStreams {

  /** Shortest lease in seconds, which allows several heartbeats of the producer. */
  static final long SHORTEST_LEASE = 2;

  private static final long LONGEST_LEASE = 86_400;

  /** Limit of a read's slice in bytes, unless an append may be larger. */
  private static final int USUAL_PIECE = 1 << 20;

  private final RedisStreams store;
  private final RedisStreamListing listing;
  private final StreamReader reader;
  private final Forks forks;
  private final RedisDueList due;
  private final BiConsumer<SpaceStreams, String> ended;

  private SpaceStreams(
      RedisStreams store,
      RedisStreamListing listing,
      StreamReader reader,
      RedisDueList due,
      BiConsumer<SpaceStreams, String> ended) {
    this.store = store;
    this.listing = listing;
    this.reader = reader;
    this.due = due;
    this.ended = ended;
    this.forks = new Forks(store, reader, this::watch);
  }

  /**
   * Creates the streams of a space.
   *
   * @param ended receives the path of each stream that this node closes
   */
  static SpaceStreams of(
      RedisAccess redis,
      Space space,
      StreamSettings settings,
      BiConsumer<SpaceStreams, String> ended) {
    StreamKeys keys = new StreamKeys(space, redis.database(space));
    Bounds bounds = settings.of(space.name());
    RedisStreams store =
        new RedisStreams(
            redis.line(space), keys, bounds, () -> space.lifetime(Keyspaces.STREAMS).length());
    // A JSON message is never split, so a slice must hold the longest one.
    StreamReader reader =
        new StreamReader(store, Math.max(USUAL_PIECE, bounds.maxAppendBytes()) + 1L);
    RedisIndexParts parts = RedisIndexParts.of(redis.line(space), keys.due());
    RedisDueList due = new RedisDueList(redis.line(space), parts, RedisTime.SERVER);
    RedisStreamListing listing = new RedisStreamListing(redis.line(space), store);
    return new SpaceStreams(store, listing, reader, due, ended);
  }

  String name() {
    return store.space().name();
  }

  RedisStreams store() {
    return store;
  }

  RedisStreamListing listing() {
    return listing;
  }

  StreamReader reader() {
    return reader;
  }

  Forks forks() {
    return forks;
  }

  RedisDueList due() {
    return due;
  }

  /** Starts the follow-up of a closed stream. */
  void ended(String path) {
    ended.accept(this, path);
  }

  /** Refuses a body that exceeds the limit of one append. */
  void requireSize(@Nullable Octets body) {
    int most = store.bounds().maxAppendBytes();
    if (body != null && body.length() > most) {
      throw Failure.of(Code.TOO_LARGE, "An append can have at most " + most + " bytes here");
    }
  }

  /** Schedules a sweep before a producer gets its lease. */
  Future<?> leased(String path, long seconds) {
    requireLease(seconds);
    return watch(path);
  }

  /** Schedules a sweep of a stream that uses extensions of the protocol. */
  Future<?> watched(String path, StreamExtras extras) {
    boolean plain =
        extras.leaseSeconds() == null && extras.session() == null && extras.status() == null;
    return plain ? Future.succeededFuture() : watch(path);
  }

  static void requireLease(@Nullable Long seconds) {
    if (seconds != null && (seconds < SHORTEST_LEASE || seconds > LONGEST_LEASE)) {
      throw Failure.of(
          Code.INVALID_HEADER,
          "A lease has " + SHORTEST_LEASE + " to " + LONGEST_LEASE + " seconds");
    }
  }

  private Future<?> watch(String path) {
    return due.soon(path, StreamSweep.SOON.toMillis());
  }
}
