package io.aetherkeep.stream;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.StreamAsks.AppendToStream;
import io.aetherkeep.catalogue.StreamAsks.CreateStream;
import io.aetherkeep.catalogue.StreamAsks.DeleteStream;
import io.aetherkeep.catalogue.StreamAsks.DescribeStream;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.catalogue.StreamAsks.StopStream;
import io.aetherkeep.catalogue.StreamFollowAsks.FollowStream;
import io.aetherkeep.catalogue.StreamFollowAsks.UnfollowStream;
import io.aetherkeep.catalogue.StreamListAsks.ListStreams;
import io.aetherkeep.catalogue.StreamListAsks.ReadStreamStats;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.stream.settings.StreamSettings;
import io.aetherkeep.stream.store.StreamKeys;
import io.aetherkeep.stream.subscription.StreamSubscriptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Verticle that owns the keyspaces of streams. Each instance serves all spaces on its event loop.
 */
public final class StreamVerticle extends VerticleBase {

  private final Bus bus;
  private final RedisAccess redis;
  private final StreamSettings settings;
  private final SharedStreams shared;
  private @Nullable StreamSubscriptions subscriptions;

  private StreamVerticle(
      Bus bus, RedisAccess redis, StreamSettings settings, SharedStreams shared) {
    this.bus = bus;
    this.redis = redis;
    this.settings = settings;
    this.shared = shared;
  }

  /** Supplies the instances of one node, which share subscriptions; one of them sweeps. */
  public static Supplier<StreamVerticle> instances(
      Bus bus, RedisAccess redis, StreamSettings settings) {
    SharedStreams shared = SharedStreams.of(bus, redis);
    return () -> new StreamVerticle(bus, redis, settings, shared);
  }

  @Override
  public Future<?> start() {
    StreamFollowUp followUp = new StreamFollowUp(bus);
    PerSpace<SpaceStreams> spaces = spaces(followUp);
    StreamSubscriptions subscribing = subscriptions(spaces);
    subscriptions = subscribing;
    StreamEvents events = new StreamEvents(vertx, shared.counts(), subscribing, bus::publish);
    Streams streams = new Streams(spaces, events);
    StreamCreation creation = new StreamCreation(spaces, events, followUp, subscribing);
    List<Future<?>> answers = new ArrayList<>(subscribing.answer());
    answers.add(bus.answer(AppendToStream.class, streams::append));
    answers.add(bus.answer(ReadStream.class, streams::read));
    answers.add(bus.answer(CreateStream.class, creation::create));
    answers.add(bus.answer(DescribeStream.class, streams::describe));
    answers.add(bus.answer(ListStreams.class, streams::list));
    answers.add(bus.answer(DeleteStream.class, streams::delete));
    answers.add(bus.answer(StopStream.class, streams::stop));
    answers.add(bus.answer(ReadStreamStats.class, shared::stats));
    answers.add(bus.answer(FollowStream.class, shared.follows()::follow));
    answers.add(bus.answer(UnfollowStream.class, shared.follows()::unfollow));
    if (!shared.swept().getAndSet(true)) {
      StreamSweep sweep = new StreamSweep(spaces.all(), followUp, events);
      vertx.setPeriodic(settings.sweepEvery().toMillis(), id -> sweep.sweep());
      answers.add(subscribing.serveNode());
    }
    return Future.all(answers);
  }

  private StreamSubscriptions subscriptions(PerSpace<SpaceStreams> spaces) {
    return new StreamSubscriptions(
        vertx,
        bus,
        redis,
        shared.subscribed(),
        settings.addresses(),
        settings.sweepEvery(),
        space ->
            new RedisStreamSource(
                redis.line(space),
                spaces.of(space.name()).store(),
                new StreamKeys(space, redis.database(space))));
  }

  @Override
  public Future<?> stop() {
    return subscriptions == null ? Future.succeededFuture() : subscriptions.close();
  }

  private PerSpace<SpaceStreams> spaces(StreamFollowUp followUp) {
    return PerSpace.each(
        redis.spaces(), space -> SpaceStreams.of(redis, space, settings, followUp::scheduleFinish));
  }
}
