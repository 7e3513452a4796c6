package io.aetherkeep.redis.cluster;

import io.aetherkeep.redis.connection.RedisDial;
import io.aetherkeep.redis.target.RedisAddress;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestImpl;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.MultiType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code SCAN} of a whole cluster, one master after another. The highest bits of the cursor are the
 * master's position, in the order of first slots, which a failover does not change.
 */
final class RedisClusterScan {

  /** Bits of the master's own cursor; no server has enough keys to need more. */
  private static final int OWN_BITS = 54;

  private static final long OWN = (1L << OWN_BITS) - 1;

  private RedisClusterScan() {}

  static boolean isScan(Request request) {
    return String.valueOf(request.command()).equalsIgnoreCase("scan");
  }

  /**
   * Runs one step.
   *
   * @param sender sends a command to a master
   */
  static Future<@Nullable Response> next(
      Request request,
      List<RedisAddress> masters,
      BiFunction<RedisAddress, Request, Future<@Nullable Response>> sender) {
    List<byte[]> arguments = ((RequestImpl) request).getArgs();
    long cursor = Long.parseUnsignedLong(new String(arguments.get(0), StandardCharsets.US_ASCII));
    int place = (int) (cursor >>> OWN_BITS);
    if (masters.isEmpty()) {
      return Future.failedFuture(RedisDial.unavailable("No master of the Redis Cluster is known"));
    }
    if (place >= masters.size()) {
      return Future.succeededFuture(reply(0, MultiType.create(0, false)));
    }
    Request page = Request.cmd(request.command()).arg(Long.toString(cursor & OWN));
    arguments.stream().skip(1).forEach(page::arg);
    return sender
        .apply(masters.get(place), page)
        .map(found -> follow(place, found, place + 1 == masters.size()));
  }

  private static Response follow(int place, Response found, boolean last) {
    long own = Long.parseUnsignedLong(found.get(0).toString());
    long next = own != 0 ? (long) place << OWN_BITS | own : last ? 0 : (place + 1L) << OWN_BITS;
    return reply(next, found.get(1));
  }

  private static Response reply(long cursor, Response keys) {
    MultiType reply = MultiType.create(2, false);
    reply.add(BulkType.create(Buffer.buffer(Long.toUnsignedString(cursor)), false));
    reply.add(keys);
    return reply;
  }
}
