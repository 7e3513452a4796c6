package io.aetherkeep.redis;

import io.aetherkeep.redis.cluster.RedisClusterMember;
import io.aetherkeep.redis.cluster.RedisClusterRoute;
import io.aetherkeep.redis.cluster.RedisClusterSubscriptions;
import io.aetherkeep.redis.cluster.RedisClusterTracking;
import io.aetherkeep.redis.cluster.RedisSlots;
import io.aetherkeep.redis.cluster.RedisTopology;
import io.aetherkeep.redis.connection.RedisNode;
import io.aetherkeep.redis.connection.RedisNodeTerms;
import io.aetherkeep.redis.connection.RedisPermissions;
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
 * Factory of a space's connections: to one server, to the master that Sentinels report, or to the
 * masters of a cluster. They belong to the calling event loop.
 *
 * @param masters the masters that Sentinels and clusters report
 * @param check check of a server before its first use; answers its run id
 */
record RedisConnections(
    Vertx vertx,
    RedisMasters masters,
    BiFunction<RedisTarget, RedisConnection, Future<String>> check) {

  RedisRoute route(RedisTarget target, String name, RedisPermissions rights) {
    RedisTopology cluster = masters.cluster(target);
    return cluster == null
        ? new RedisNode(
            vertx,
            target,
            masters.of(target),
            name,
            rights,
            RedisNodeTerms.ofServer(connection -> check.apply(target, connection)))
        : new RedisClusterRoute(
            vertx,
            target,
            cluster,
            at -> new RedisNode(vertx, node(target, at), null, name, rights, terms(target, at)));
  }

  private RedisNodeTerms terms(RedisTarget target, RedisAddress at) {
    RedisTopology cluster = masters.cluster(target);
    return RedisNodeTerms.ofNode(
        connection ->
            check
                .apply(target, connection)
                .compose(run -> RedisServerCheck.select(target.database(), connection).map(run)),
        key -> cluster != null && at.equals(cluster.slots().owner(RedisSlots.of(key))));
  }

  /** A node of a cluster, without a logical database, which users select if they need one. */
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
            (at, nodeListener) ->
                new RedisNodeTracking(vertx, node(target, at), null, name, prefixes, nodeListener));
  }
}
