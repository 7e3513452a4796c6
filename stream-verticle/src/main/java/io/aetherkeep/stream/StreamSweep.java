package io.aetherkeep.stream;

import io.aetherkeep.keyspace.SpaceSweep;
import io.aetherkeep.redis.store.RedisDueList;
import io.aetherkeep.stream.store.RedisStreams.Due;
import io.aetherkeep.stream.store.StoredStream;
import io.aetherkeep.stream.store.StreamKeys;
import io.aetherkeep.stream.store.Verdict;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Sweeper of streams: closes streams whose lease has expired, runs the follow-up of ended streams,
 * and removes data that no fork needs.
 *
 * <p>Nodes share the work through claims, and take over a dead node's.
 */
final class StreamSweep {

  private static final System.Logger LOG = System.getLogger(StreamSweep.class.getName());

  /** Interval of checks of one stream. */
  static final Duration SOON = Duration.ofSeconds(2);

  private static final int BATCH = 100;

  private final Collection<SpaceStreams> spaces;
  private final StreamFollowUp followUp;
  private final StreamEvents events;
  private final SpaceSweep<SpaceStreams> sweep =
      new SpaceSweep<>("Streams", SpaceStreams::name, this::sweep);

  StreamSweep(Collection<SpaceStreams> spaces, StreamFollowUp followUp, StreamEvents events) {
    this.spaces = spaces;
    this.followUp = followUp;
    this.events = events;
  }

  void sweep() {
    sweep.run(spaces);
  }

  private Future<?> sweep(SpaceStreams space) {
    return space.due().work(BATCH, (path, now) -> handle(space, path));
  }

  /** Handles a due stream; returns when it is due again. */
  private Future<Long> handle(SpaceStreams space, String path) {
    if (!StreamKeys.isPath(path)) {
      return Future.succeededFuture(RedisDueList.NEVER);
    }
    return space
        .store()
        .due(path)
        .compose(
            due -> {
              StoredStream stream = due.stream();
              return stream == null
                  ? Future.succeededFuture(RedisDueList.NEVER)
                  : act(space, path, due, stream);
            });
  }

  private Future<Long> act(SpaceStreams space, String path, Due due, StoredStream stream) {
    Future<?> done = prune(space, path, due.forks());
    boolean silent = !stream.closed() && due.leaseUntil() > 0 && stream.at() >= due.leaseUntil();
    if (silent) {
      done = done.compose(pruned -> abandon(space, path));
    } else if (stream.closed() && stream.isToFinish()) {
      done = done.compose(pruned -> followUp.finish(space, path, stream));
    }
    if (due.grown() && !stream.closed()) {
      done = done.compose(pruned -> followUp.grown(space.name(), stream));
    }
    boolean again =
        due.forked() || (!stream.closed() && due.leaseUntil() > 0) || stream.isToFinish();
    long at = stream.at() + SOON.toMillis();
    return done.map(all -> again ? at : RedisDueList.NEVER);
  }

  private Future<?> abandon(SpaceStreams space, String path) {
    return space
        .store()
        .abandon(path)
        .compose(
            found -> {
              StoredStream stream = found.stream();
              if (stream == null || found.verdict() != Verdict.CHANGED) {
                return Future.succeededFuture();
              }
              LOG.log(
                  System.Logger.Level.INFO,
                  "A stream of {0} was closed as abandoned: its producer''s lease expired",
                  space.name());
              events.closed(space.name(), path, stream.tailOffset(), "abandoned");
              return followUp.finish(space, path, stream);
            });
  }

  /** Removes entries of forks that have expired or were never created. */
  private static Future<?> prune(SpaceStreams space, String path, List<String> forks) {
    List<Future<?>> all = new ArrayList<>();
    for (String fork : forks) {
      all.add(
          space
              .store()
              .describe(fork)
              .compose(
                  found -> {
                    StoredStream stream = found.stream();
                    boolean lives =
                        stream == null
                            ? found.verdict() == Verdict.GONE
                            : stream.source().equals(path);
                    return lives ? Future.succeededFuture() : space.forks().prune(path, fork);
                  }));
    }
    return all.isEmpty() ? Future.succeededFuture() : Future.join(all);
  }
}
