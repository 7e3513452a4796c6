package io.aetherkeep.stream;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.StreamListAsks.ReadStreamStats;
import io.aetherkeep.catalogue.StreamListAsks.StreamStats;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.stream.subscription.StreamSubscriptions;
import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * State that the stream verticle's instances of one node share.
 *
 * @param subscribed the node's subscriptions
 * @param swept whether one instance sweeps already
 */
record SharedStreams(
    StreamChannelSubscriptions follows,
    StreamCounts counts,
    StreamSubscriptions.Node subscribed,
    AtomicBoolean swept) {

  static SharedStreams of(Bus bus, RedisAccess redis) {
    return new SharedStreams(
        new StreamChannelSubscriptions(bus, redis),
        new StreamCounts(),
        new StreamSubscriptions.Node(),
        new AtomicBoolean());
  }

  Future<StreamStats> stats(ReadStreamStats ask) {
    return counts.read(ask, follows, subscribed);
  }
}
