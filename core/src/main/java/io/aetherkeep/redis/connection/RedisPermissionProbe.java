package io.aetherkeep.redis.connection;

import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Probe of the user's permissions at one server: one at a time, and repeated while a command is
 * denied, because it may be allowed again.
 */
final class RedisPermissionProbe {

  private static final long EVERY_NANOS = 1_000_000_000;

  private final RedisPermissions rights;
  private final Predicate<String> slots;
  private final Function<Request, Future<@Nullable Response>> sender;
  private @Nullable Future<Void> running;
  private long startedAt = System.nanoTime();

  /**
   * Creates a probe, not started yet.
   *
   * @param slots whether a key is in a slot of the server
   * @param sender sends a command over the connection in use
   */
  RedisPermissionProbe(
      RedisPermissions rights,
      Predicate<String> slots,
      Function<Request, Future<@Nullable Response>> sender) {
    this.rights = rights;
    this.slots = slots;
    this.sender = sender;
  }

  /** Probes the permissions, unless a probe is running; completes with the running one. */
  Future<Void> probe() {
    Future<Void> present = running;
    if (present == null || present.isComplete()) {
      startedAt = System.nanoTime();
      present = rights.probe(slots, sender);
      running = present;
    }
    return present;
  }

  /** Probes over a new connection, before its first use. */
  Future<Void> probe(Function<Request, Future<@Nullable Response>> fresh) {
    return rights.probe(slots, fresh);
  }

  /** Probes denied commands again, if the last probe is old enough. */
  void probeDenied(long now) {
    if (!rights.denied().isEmpty() && now - startedAt > EVERY_NANOS) {
      probe();
    }
  }
}
