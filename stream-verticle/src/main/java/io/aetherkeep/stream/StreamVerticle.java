package io.aetherkeep.stream;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.StreamAsks.AppendToStream;
import io.aetherkeep.catalogue.StreamAsks.CreateStream;
import io.aetherkeep.catalogue.StreamAsks.DeleteStream;
import io.aetherkeep.catalogue.StreamAsks.DescribeStream;
import io.aetherkeep.catalogue.StreamAsks.FollowStream;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.catalogue.StreamAsks.ReadStreamStats;
import io.aetherkeep.catalogue.StreamAsks.StopStream;
import io.aetherkeep.catalogue.StreamAsks.UnfollowStream;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.redis.RedisAccess;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Verticle that owns the keyspaces of streams. Each instance serves all spaces on its event loop.
 */
public final class StreamVerticle extends VerticleBase {

  private final Bus bus;
  private final RedisAccess redis;
  private final StreamSettings settings;
  private final StreamFollows follows;
  private final StreamCounts counts;
  private final AtomicBoolean swept;

  private StreamVerticle(
      Bus bus,
      RedisAccess redis,
      StreamSettings settings,
      StreamFollows follows,
      StreamCounts counts,
      AtomicBoolean swept) {
    this.bus = bus;
    this.redis = redis;
    this.settings = settings;
    this.follows = follows;
    this.counts = counts;
    this.swept = swept;
  }

  /** Supplies the instances of one node, which share subscriptions; one of them sweeps. */
  public static Supplier<StreamVerticle> instances(
      Bus bus, RedisAccess redis, StreamSettings settings) {
    StreamFollows follows = new StreamFollows(bus, redis);
    StreamCounts counts = new StreamCounts();
    AtomicBoolean swept = new AtomicBoolean();
    return () -> new StreamVerticle(bus, redis, settings, follows, counts, swept);
  }

  @Override
  public Future<?> start() {
    StreamNews news = new StreamNews(vertx, counts, bus::publish);
    Finishing finishing = new Finishing(bus);
    PerSpace<SpaceStreams> spaces = spaces(finishing);
    Streams streams = new Streams(spaces, news);
    Creation creation = new Creation(spaces, news, finishing);
    if (!swept.getAndSet(true)) {
      StreamSweep sweep = new StreamSweep(spaces.all(), finishing, news);
      vertx.setPeriodic(settings.sweepEvery().toMillis(), id -> sweep.sweep());
    }
    return Future.all(
        List.of(
            bus.answer(AppendToStream.class, streams::append),
            bus.answer(ReadStream.class, streams::read),
            bus.answer(CreateStream.class, creation::create),
            bus.answer(DescribeStream.class, streams::describe),
            bus.answer(DeleteStream.class, streams::delete),
            bus.answer(StopStream.class, streams::stop),
            bus.answer(ReadStreamStats.class, ask -> counts.read(ask, follows)),
            bus.answer(FollowStream.class, follows::follow),
            bus.answer(UnfollowStream.class, follows::unfollow)));
  }

  private PerSpace<SpaceStreams> spaces(Finishing finishing) {
    return PerSpace.each(
        redis.spaces(), space -> SpaceStreams.of(redis, space, settings, finishing::finishSoon));
  }
}
