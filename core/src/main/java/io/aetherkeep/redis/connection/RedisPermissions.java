package io.aetherkeep.redis.connection;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.script.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Permissions of a space's Redis user, as far as scripts need them. A script that uses a denied
 * command is refused without being sent, because Redis would run it up to that command and undo
 * nothing.
 *
 * <p>They are probed with each new connection, after a denied command, and periodically while a
 * command is denied. The probe works with every Redis that has access control lists, and needs no
 * permission to read them.
 */
public final class RedisPermissions {

  private static final System.Logger LOG = System.getLogger(RedisPermissions.class.getName());

  private static final RedisScript PROBE = RedisScript.beside(RedisPermissions.class, "rights.lua");

  private final Space space;
  private final String run = "rights-" + UUID.randomUUID() + "-";
  private volatile Set<String> denied = Set.of();

  public RedisPermissions(Space space) {
    this.space = space;
  }

  public Space space() {
    return space;
  }

  /** The denied commands among those of scripts, sorted. */
  public Set<String> denied() {
    return denied;
  }

  /** The failure for a script that uses a denied command; null if it may run. */
  @Nullable
  public Failure refusal(RedisScript script) {
    for (String command : denied) {
      if (script.uses(command)) {
        return Failure.of(Code.REDIS_MISCONFIGURED, RedisErrors.denies(command));
      }
    }
    return null;
  }

  /**
   * Probes which commands are denied; a probe that fails changes nothing.
   *
   * @param slots whether a key is in a slot of the server; up to a thousand keys are tried
   * @param sender sends a command to Redis
   */
  Future<Void> probe(
      Predicate<String> slots, Function<Request, Future<@Nullable Response>> sender) {
    return Stream.generate(this::key)
        .limit(1000)
        .filter(slots)
        .findFirst()
        .map(key -> probe(key, sender))
        .orElseGet(Future::succeededFuture);
  }

  private String key() {
    return space.prefix() + Keyspaces.SELF_TESTS.key(run + UUID.randomUUID()).text();
  }

  private Future<Void> probe(String key, Function<Request, Future<@Nullable Response>> sender) {
    return sender
        .apply(PROBE.byText(RedisScript.call().key(key)))
        .onSuccess(this::learn)
        .otherwiseEmpty()
        .mapEmpty();
  }

  private void learn(@Nullable Response reply) {
    Set<String> now = new TreeSet<>();
    if (reply != null) {
      reply.forEach(command -> now.add(command.toString()));
    }
    update(now);
  }

  private synchronized void update(Set<String> now) {
    if (now.equals(denied)) {
      return;
    }
    denied = now;
    if (now.isEmpty()) {
      LOG.log(
          System.Logger.Level.INFO,
          "{0}: Redis denies no command to this user any more",
          space.name());
    } else {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0}: Redis denies {1} to this user (NOPERM); scripts that use them are refused"
              + " before they write anything. Allow them with ACL SETUSER",
          space.name(),
          String.join(", ", now));
    }
  }
}
