package io.aetherkeep.session.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Glob;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;

/** Listing by SCAN, in steps between which Redis serves other clients. */
public final class RedisListing implements Listing {

  /** COUNT of a SCAN: how many keys Redis visits in one step. */
  private static final int STEP = 1000;

  /** Limit of steps per page, for databases in which few keys are sessions. */
  private static final int MOST_STEPS = 50;

  private final RedisLine line;
  private final RedisSessionKeys keys;
  private final String all;
  private final String type;

  public RedisListing(RedisLine line, Space space) {
    this.line = line;
    this.keys = new RedisSessionKeys(space);
    this.all =
        Glob.literally(space.prefix())
            + Keyspaces.SESSIONS_AETHERCAST.pattern().glob(List.of(Glob.of("*")));
    this.type = space.dialect() == Dialect.COUNCIL ? "hash" : "string";
  }

  @Override
  public Future<Page> page(String cursor, int about) {
    return walk(checked(cursor), about, new ArrayList<>(), MOST_STEPS);
  }

  /** Parses a cursor: Redis takes 64 bits unsigned. */
  private static String checked(String cursor) {
    try {
      return Long.toUnsignedString(cursor.isEmpty() ? 0 : Long.parseUnsignedLong(cursor));
    } catch (NumberFormatException e) {
      throw Failure.of(Code.INVALID_PARAMETER, "The cursor is not one that this server returned");
    }
  }

  @Override
  public Future<Page> step(String cursor, int keys) {
    return scanned(checked(cursor), keys);
  }

  private Future<Page> walk(String cursor, int about, List<String> found, int steps) {
    return scanned(cursor, Math.min(STEP, Math.max(about, 10)))
        .compose(
            page -> {
              found.addAll(page.ids());
              return page.next().isEmpty() || found.size() >= about || steps == 1
                  ? Future.succeededFuture(new Page(found, page.next()))
                  : walk(page.next(), about, found, steps - 1);
            });
  }

  private Future<Page> scanned(String cursor, int count) {
    return line.send(scan(cursor, count))
        .map(
            reply -> {
              List<String> ids = new ArrayList<>();
              for (Response key : reply.get(1)) {
                keys.idOf(key.toString()).ifPresent(ids::add);
              }
              String next = reply.get(0).toString();
              return new Page(ids, next.equals("0") ? "" : next);
            });
  }

  private Request scan(String cursor, int count) {
    return Request.cmd(Command.SCAN)
        .arg(cursor)
        .arg("MATCH")
        .arg(all)
        .arg("COUNT")
        .arg(count)
        .arg("TYPE")
        .arg(type);
  }
}
