package io.aetherkeep.status;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisScript;
import io.aetherkeep.status.Book.Claim;
import io.aetherkeep.status.Book.Page;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The index of what is under way in a space, a sorted set a kind, by when it is to be looked at.
 */
final class RedisUnderway {

  private static final RedisScript CLAIM = RedisScript.beside(RedisUnderway.class, "claim.lua");
  private static final RedisScript SETTLE = RedisScript.beside(RedisUnderway.class, "settle.lua");
  private static final RedisScript TOLD = RedisScript.beside(RedisUnderway.class, "told.lua");

  /** Long enough for a batch, short enough that a dead node's batch is taken over soon. */
  private static final Duration LEASE = Duration.ofSeconds(30);

  private final RedisLine line;
  private final RedisStatusKeys keys;
  private final InstantSource clock;

  RedisUnderway(RedisLine line, RedisStatusKeys keys, InstantSource clock) {
    this.line = line;
    this.keys = keys;
    this.clock = clock;
  }

  Future<Page> page(Kind kind, String cursor, int about) {
    if (!cursor.matches("[0-9]{1,20}")) {
      throw Failure.of(Code.INVALID_PARAMETER, "The cursor is none that was given out here");
    }
    Request scan =
        Request.cmd(Command.ZSCAN).arg(keys.underway(kind)).arg(cursor).arg("COUNT").arg(about);
    return line.read(scan)
        .map(
            replies -> {
              Response found = replies.get(0).get(1);
              List<String> ids = new ArrayList<>(found.size() / 2);
              for (int i = 0; i < found.size(); i += 2) {
                ids.add(found.get(i).toString());
              }
              return new Page(ids, replies.get(0).get(0).toString());
            });
  }

  Future<Claim> claim(Kind kind, int most) {
    long until = clock.millis() + LEASE.toMillis();
    return line.run(
            CLAIM,
            RedisScript.call().key(keys.underway(kind)).arg(clock.millis()).arg(until).arg(most))
        .map(reply -> new Claim(reply.stream().map(Response::toString).toList(), until));
  }

  Future<Void> settle(Kind kind, Claim claim, Map<String, Long> next) {
    RedisScript.Call call = RedisScript.call().key(keys.underway(kind)).arg(claim.until());
    next.forEach((id, at) -> call.arg(id).arg(at < 0 ? "" : Long.toString(at)));
    return line.run(SETTLE, call).mapEmpty();
  }

  Future<Void> told(Kind kind, String id, String offset) {
    return line.run(TOLD, RedisScript.call().key(keys.run(kind, id)).arg(offset)).mapEmpty();
  }
}
