package io.aetherkeep.redis;

import io.aetherkeep.redis.cluster.RedisClusterMember;
import io.aetherkeep.redis.cluster.RedisClusterRoute;
import io.aetherkeep.redis.cluster.RedisClusterSubscriptions;
import io.aetherkeep.redis.cluster.RedisClusterTracking;
import io.aetherkeep.redis.cluster.RedisSlots;
import io.aetherkeep.redis.cluster.RedisTopology;
import io.aetherkeep.redis.connection.RedisNode;
import io.aetherkeep.redis.connection.RedisRights;
import io.aetherkeep.redis.connection.RedisRoute;
import io.aetherkeep.redis.connection.RedisServerCheck;
import io.aetherkeep.redis.subscription.RedisNodeSubscriptions;
import io.aetherkeep.redis.subscription.RedisNodeTracking;
import io.aetherkeep.redis.subscription.RedisSubscriptions;
import io.aetherkeep.redis.subscription.RedisTracking;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Makes the connections of a space by where its keys are: on one server, on the master that
 * Sentinels name, or on the masters of a cluster. They belong to the calling event loop.
 *
 * @param masters who knows where servers are
 * @param check what a server must pass before it is used; answers its run
 */
record RedisConnections(
    Vertx vertx,
    RedisMasters masters,
    BiFunction<RedisTarget, RedisConnection, Future<String>> check) {

  RedisRoute route(RedisTarget target, String name, RedisRights rights) {
    RedisTopology cluster = masters.cluster(target);
    return cluster == null
        ? new RedisNode(
            vertx,
            target,
            masters.of(target),
            name,
            rights,
            RedisNode.Terms.ofServer(connection -> check.apply(target, connection)))
        : new RedisClusterRoute(
            vertx,
            target,
            cluster,
            at -> new RedisNode(vertx, node(target, at), null, name, rights, terms(target, at)));
  }

  private RedisNode.Terms terms(RedisTarget target, RedisAddress at) {
    RedisTopology cluster = masters.cluster(target);
    return RedisNode.Terms.ofNode(
        connection ->
            check
                .apply(target, connection)
                .compose(run -> RedisServerCheck.select(target.database(), connection).map(run)),
        key -> cluster != null && at.equals(cluster.slots().owner(RedisSlots.of(key))));
  }

  /** A node of a cluster, whose logical database is chosen by who needs one. */
  private static RedisTarget node(RedisTarget cluster, RedisAddress at) {
    return cluster.at(at).withoutDatabase();
  }

  RedisSubscriptions subscriptions(RedisTarget target, String name) {
    RedisTopology cluster = masters.cluster(target);
    return cluster == null
        ? new RedisNodeSubscriptions(vertx, target, masters.of(target), name)
        : new RedisClusterSubscriptions(
            vertx,
            cluster,
            new RedisNodeSubscriptions(
                vertx, target.withoutDatabase(), new RedisClusterMember(vertx, cluster), name),
            at -> new RedisNodeSubscriptions(vertx, node(target, at), null, name));
  }

  RedisTracking tracking(
      RedisTarget target, String name, List<String> prefixes, RedisTracking.Listener listener) {
    RedisTopology cluster = masters.cluster(target);
    return cluster == null
        ? new RedisNodeTracking(vertx, target, masters.of(target), name, prefixes, listener)
        : new RedisClusterTracking(
            vertx,
            cluster,
            listener,
            (at, ear) -> new RedisNodeTracking(vertx, node(target, at), null, name, prefixes, ear));
  }
}
