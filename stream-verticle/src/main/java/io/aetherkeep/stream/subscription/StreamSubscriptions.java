package io.aetherkeep.stream.subscription;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.SubscriptionAsks.AckWake;
import io.aetherkeep.catalogue.SubscriptionAsks.ClaimSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.DeleteSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.LinkStreams;
import io.aetherkeep.catalogue.SubscriptionAsks.PutSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.ReadSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.ReadWakeKeys;
import io.aetherkeep.catalogue.SubscriptionAsks.UnlinkStream;
import io.aetherkeep.delivery.AddressPolicy;
import io.aetherkeep.delivery.WebhookSender;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.redis.store.RedisDueList;
import io.aetherkeep.redis.subscription.RedisSubscriptions;
import io.aetherkeep.stream.subscription.store.RedisStreamSubscriptions;
import io.aetherkeep.stream.subscription.store.RedisStreamSubscriptions.LinkMode;
import io.aetherkeep.stream.subscription.store.RedisWakes;
import io.aetherkeep.stream.subscription.store.StreamSource;
import io.aetherkeep.stream.subscription.store.SubscriptionIndex;
import io.aetherkeep.stream.subscription.store.SubscriptionKeys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Subscriptions to the streams of all spaces, of one instance of the stream verticle. */
public final class StreamSubscriptions {

  /** Timeout of a connection to a webhook's receiver. */
  private static final Duration CONNECT = Duration.ofSeconds(10);

  /**
   * Lease of a due subscription: the delay until another node takes over from a node that has died
   * or lost Redis.
   */
  private static final Duration CLAIM = Duration.ofSeconds(5);

  /** Intervals of sweeps between two checks of a subscription. */
  private static final int SWEEPS_A_CHECK = 10;

  private final Vertx vertx;
  private final Bus bus;
  private final RedisAccess redis;
  private final Node node;
  private final Duration sweepEvery;
  private final PerSpace<SpaceSubscriptions> spaces;
  private final WebhookSender sender;
  private final Subscriptions subscriptions;
  private final Wakes wakes;
  private final SubscriptionSweep sweep;
  private final AppendNotices notices;

  /** State that the instances of a node share. */
  public static final class Node {

    private final SubscriptionIndex index = new SubscriptionIndex();
    private final SubscriptionCounts counts = new SubscriptionCounts();

    /** The number of a space's subscriptions. */
    public int size(String space) {
      return index.size(space);
    }

    /** This node's wakes since its start, by their result. */
    public Map<String, Long> wakes(String space) {
      return counts.sums(space);
    }
  }

  /**
   * Creates the subscriptions of an instance, on its event loop.
   *
   * @param addresses which addresses a webhook may be sent to
   * @param source the streams of a space
   */
  public StreamSubscriptions(
      Vertx vertx,
      Bus bus,
      RedisAccess redis,
      Node node,
      AddressPolicy addresses,
      Duration sweepEvery,
      Function<Space, StreamSource> source) {
    this.vertx = vertx;
    this.bus = bus;
    this.redis = redis;
    this.node = node;
    this.sweepEvery = sweepEvery;
    this.spaces = PerSpace.each(redis.spaces(), space -> space(redis, space, source.apply(space)));
    this.sender = new WebhookSender(vertx, addresses, CONNECT, InstantSource.system());
    Duration checkEvery = sweepEvery.multipliedBy(SWEEPS_A_CHECK);
    Waker waker = new Waker(vertx, bus, sender, node.counts);
    this.sweep = new SubscriptionSweep(waker, checkEvery);
    this.subscriptions =
        new Subscriptions(spaces, node.index, new SubscriptionRules(addresses), checkEvery);
    this.wakes = new Wakes(spaces, waker, sweep, node.counts);
    this.notices = new AppendNotices(vertx, node.index, waker, spaces::of);
  }

  private static SpaceSubscriptions space(RedisAccess redis, Space space, StreamSource source) {
    SubscriptionKeys keys = new SubscriptionKeys(space, redis.database(space));
    return new SpaceSubscriptions(
        space.name(),
        new RedisStreamSubscriptions(redis.line(space), keys),
        new RedisWakes(redis.line(space), keys),
        new RedisDueList(redis.line(space), keys.due(), RedisTime.SERVER, CLAIM),
        source,
        redis.clock(space));
  }

  /** Answers the asks about subscriptions. */
  public List<Future<Void>> answer() {
    return List.of(
        bus.answer(PutSubscription.class, subscriptions::put),
        bus.answer(ReadSubscription.class, subscriptions::read),
        bus.answer(DeleteSubscription.class, subscriptions::delete),
        bus.answer(LinkStreams.class, subscriptions::link),
        bus.answer(UnlinkStream.class, subscriptions::unlink),
        bus.answer(ClaimSubscription.class, wakes::claim),
        bus.answer(AckWake.class, wakes::ack),
        bus.answer(ReadWakeKeys.class, subscriptions::keys));
  }

  /**
   * Starts the tasks that one instance does for its node: updates of the node's copy of the
   * subscriptions, and sweeps. Completes when the copy is read, or Redis is unavailable.
   */
  public Future<?> serveNode() {
    for (Space space : redis.spaces()) {
      SpaceSubscriptions own = spaces.of(space.name());
      var unused =
          redis.subscriptions(space).subscribe(own.store().keys().channel(), listener(own));
    }
    vertx.setPeriodic(sweepEvery.toMillis(), id -> sweep.sweep(watched()));
    vertx.setPeriodic(sweepEvery.multipliedBy(SWEEPS_A_CHECK).toMillis(), id -> refresh());
    return refresh();
  }

  private Future<?> refresh() {
    return Future.join(spaces.all().stream().map(subscriptions::refresh).toList()).otherwiseEmpty();
  }

  private List<SpaceSubscriptions> watched() {
    return spaces.all().stream().filter(space -> !node.index.isEmpty(space.name())).toList();
  }

  private RedisSubscriptions.Listener listener(SpaceSubscriptions space) {
    return new RedisSubscriptions.Listener() {
      @Override
      public void message(Buffer body) {
        String id = body.toString(StandardCharsets.UTF_8);
        subscriptions.refresh(space, id).onFailure(thrown -> missed());
      }

      @Override
      public void missed() {
        // The next periodic refresh repairs a failure.
        var unused = subscriptions.refresh(space);
      }
    };
  }

  /**
   * Links a stream, before it is created, to the subscriptions whose pattern it matches: a node
   * that dies in between can leave a link without a stream, but never a stream without its link.
   */
  public Future<?> creating(String space, String path) {
    List<Future<?>> links = new ArrayList<>();
    for (SubscriptionIndex.Entry entry : node.index.matching(space, path)) {
      if (entry.globs(path)) {
        links.add(
            spaces
                .of(space)
                .store()
                .link(entry.id(), LinkMode.GLOB, Map.of(path, new StreamSource.Tail("-1", 0))));
      }
    }
    return links.isEmpty() ? Future.succeededFuture() : Future.all(links);
  }

  /** Handles the creation of a stream. */
  public Future<?> created(String space, String path, StreamSource.Tail tail) {
    List<Future<?>> begun = new ArrayList<>();
    for (SubscriptionIndex.Entry entry : node.index.matching(space, path)) {
      begun.add(spaces.of(space).store().link(entry.id(), LinkMode.BEGUN, Map.of(path, tail)));
    }
    return begun.isEmpty()
        ? Future.succeededFuture()
        : Future.all(begun).onSuccess(done -> notices.appended(space, path, tail.offset()));
  }

  /** Whether a space has any subscription. */
  public boolean isWatched(String space) {
    return !node.index.isEmpty(space);
  }

  /** Handles an append. */
  public void appended(String space, String path, String tail) {
    notices.appended(space, path, tail);
  }

  public Future<Void> close() {
    return sender.close();
  }
}
