package io.aetherkeep.redis.connection;

import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compatibility check of a Redis server by {@code INFO}: its version, and whether its cluster mode
 * matches the settings. A server that denies {@code INFO} is accepted.
 */
public final class RedisServerCheck {

  private static final int OLDEST_MAJOR = 6;
  private static final int OLDEST_MINOR = 2;

  private static final Pattern VERSION =
      Pattern.compile("(?m)^redis_version:((\\d+)\\.(\\d+)\\S*)");
  private static final Pattern RUN = Pattern.compile("(?m)^run_id:([0-9a-f]+)");

  /** Mode of a node of a cluster, under its name in Redis or in Valkey. */
  private static final Pattern CLUSTER = Pattern.compile("(?m)^(?:redis|server)_mode:cluster\\s*$");

  /** Failure for a server that cannot be used, which a reconnect does not change. */
  static final class Unsupported extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unsupported(String message) {
      super(message);
    }
  }

  private RedisServerCheck() {}

  /**
   * Checks a server; answers its run id, empty where it denies {@code INFO}, and fails with {@link
   * Unsupported} where it cannot be used.
   */
  public static Future<String> of(RedisTarget target, RedisConnection connection) {
    return connection
        .send(Request.cmd(Command.INFO).arg("server"))
        .map(String::valueOf)
        .otherwise("")
        .compose(
            info -> {
              String problem = problem(info, target.isCluster());
              return problem == null
                  ? Future.succeededFuture(run(info))
                  : Future.failedFuture(new Unsupported(problem));
            });
  }

  /**
   * Selects the logical database of a space on a node of a cluster, which may have only database 0.
   */
  public static Future<Void> select(int database, RedisConnection connection) {
    return database == 0
        ? Future.succeededFuture()
        : connection
            .send(Request.cmd(Command.SELECT).arg(database))
            .recover(thrown -> Future.failedFuture(new Unsupported(noDatabase(database))))
            .mapEmpty();
  }

  private static String noDatabase(int database) {
    return "a Redis Cluster has no logical database but 0, and not "
        + database
        + ": set the space's database to 0, and give it a prefix or a cluster of its own";
  }

  private static String run(String info) {
    Matcher run = RUN.matcher(info);
    return run.find() ? run.group(1) : "";
  }

  /** The problem with a server by its {@code INFO}, or null. */
  static @Nullable String problem(String info, boolean cluster) {
    Matcher version = VERSION.matcher(info);
    if (version.find() && isTooOld(version)) {
      return "Redis %s is too old: Aetherkeep needs %d.%d or newer"
          .formatted(version.group(1), OLDEST_MAJOR, OLDEST_MINOR);
    }
    boolean found = isCluster(info);
    if (found && !cluster) {
      return "it runs in cluster mode: name some of the cluster's nodes as redis.cluster, or as the"
          + " space's redis-cluster";
    }
    return cluster && !found && !info.isEmpty()
        ? "it does not run in cluster mode: name it by redis.url, or by the space's redis-url"
        : null;
  }

  /** Whether a server runs in cluster mode, by its {@code INFO}. */
  public static boolean isCluster(String info) {
    return CLUSTER.matcher(info).find();
  }

  private static boolean isTooOld(Matcher version) {
    int major = Integer.parseInt(version.group(2));
    return major < OLDEST_MAJOR
        || (major == OLDEST_MAJOR && Integer.parseInt(version.group(3)) < OLDEST_MINOR);
  }
}
