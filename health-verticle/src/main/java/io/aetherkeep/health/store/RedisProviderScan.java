package io.aetherkeep.health.store;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Glob;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Background {@code SCAN} for provider records that other services wrote straight into Redis. It
 * starts when a list is requested and the last scan is old, takes one hundredth of the time at
 * most, and delays the list only briefly. All event loops of a node share it.
 */
public final class RedisProviderScan {

  private static final Duration FRESH = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofMillis(300);
  private static final int REST = 100;
  private static final int BATCH = 500;

  private final Space space;
  private final String pattern;
  private final AtomicBoolean scanning = new AtomicBoolean();
  private volatile long notBefore = System.nanoTime();

  public RedisProviderScan(Space space) {
    this.space = space;
    this.pattern =
        Glob.literally(space.prefix() + Keyspaces.PROVIDERS.key("x").text()).replaceAll("x$", "*");
  }

  /** Starts a scan if it is due; completes at its end or after a short wait. */
  Future<Void> ifDue(RedisLine line, Function<List<String>, Future<?>> found) {
    long start = System.nanoTime();
    if (start - notBefore < 0 || !scanning.compareAndSet(false, true)) {
      return Future.succeededFuture();
    }
    return from(line, "0", found)
        .onComplete(
            done -> {
              long end = System.nanoTime();
              notBefore = end + Math.max(FRESH.toNanos(), REST * (end - start));
              scanning.set(false);
            })
        .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .transform(done -> Future.succeededFuture());
  }

  private Future<Void> from(
      RedisLine line, String cursor, Function<List<String>, Future<?>> found) {
    return line.send(
            Request.cmd(Command.SCAN).arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(BATCH))
        .compose(
            page -> {
              String next = page.get(0).toString();
              List<String> ids = ids(page.get(1));
              Future<?> handled = ids.isEmpty() ? Future.succeededFuture() : found.apply(ids);
              return handled.compose(
                  done -> next.equals("0") ? Future.succeededFuture() : from(line, next, found));
            });
  }

  private List<String> ids(Response keys) {
    List<String> ids = new ArrayList<>();
    for (Response key : keys) {
      String own = key.toString().substring(space.prefix().length());
      Keyspaces.PROVIDERS.pattern().parse(own).ifPresent(one -> ids.add(one.get(0)));
    }
    return ids;
  }
}
