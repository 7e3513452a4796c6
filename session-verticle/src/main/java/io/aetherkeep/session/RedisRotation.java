package io.aetherkeep.session;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Moves a session to another id, which may be in another slot: a copy first, the end then. */
final class RedisRotation {

  private static final RedisScript COPY =
      RedisScript.beside(RedisRotation.class, "lifetime.lua", "copy.lua");
  private static final RedisScript PASTE = RedisScript.beside(RedisRotation.class, "paste.lua");

  /** So often others may write to it meanwhile. */
  private static final int MOST_MOVES = 200;

  private final RedisLine line;
  private final RedisSessionKeys keys;
  private final String ends;

  RedisRotation(RedisLine line, RedisSessionKeys keys, String ends) {
    this.ends = ends;
    this.line = line;
    this.keys = keys;
  }

  Future<Boolean> move(String id, String fresh, Duration remembered) {
    return move(id, fresh, remembered, MOST_MOVES);
  }

  /** Both live for an instant, under an id that nobody knows yet; a crash there loses nothing. */
  private Future<Boolean> move(String id, String fresh, Duration remembered, int attempts) {
    return line.run(COPY, keys.activity().addTo(keys.onAll(id)))
        .compose(
            copy ->
                copy == null
                    ? Future.succeededFuture(false)
                    : paste(fresh, copy)
                        .compose(pasted -> moveList(id, fresh))
                        .compose(moved -> finish(id, copy, remembered))
                        .compose(
                            done ->
                                done == 1
                                    ? line.send(unlink(keys.list(id))).map(true)
                                    : undo(fresh)
                                        .compose(
                                            undone ->
                                                moveAgain(id, fresh, remembered, done, attempts))));
  }

  private Future<?> undo(String fresh) {
    return line.send(
            unlink(keys.session(fresh))
                .arg(keys.facts(fresh))
                .arg(keys.tail(fresh))
                .arg(keys.appends(fresh)))
        .compose(done -> line.send(unlink(keys.list(fresh))));
  }

  /** Where somebody wrote to the session meanwhile, the copy was stale. */
  private Future<Boolean> moveAgain(
      String id, String fresh, Duration remembered, int done, int attempts) {
    if (done == 0) {
      return Future.succeededFuture(false);
    }
    return attempts > 1
        ? move(id, fresh, remembered, attempts - 1)
        : Future.failedFuture(
            Failure.of(Code.OVERLOADED, "Too many write to this session at once"));
  }

  private Future<Void> paste(String fresh, Response copy) {
    RedisScript.Call call =
        keys.onAll(fresh)
            .arg(copy.get(0).toBuffer())
            .arg(copy.get(1).toLong())
            .arg(orEmpty(copy.get(2)))
            .arg(orEmpty(copy.get(3)))
            .arg(orEmpty(copy.get(4)))
            .arg(bytes(copy.get(5)))
            .arg(bytes(copy.get(6)))
            .arg(orEmpty(copy.get(7)));
    return line.run(PASTE, call).mapEmpty();
  }

  private Future<?> moveList(String id, String fresh) {
    return line.send(
        Request.cmd(Command.COPY).arg(keys.list(id)).arg(keys.list(fresh)).arg("REPLACE"));
  }

  private Future<Integer> finish(String id, Response copy, Duration remembered) {
    return line.run(
            RedisSessions.FINISH,
            keys.onAll(id)
                .arg(remembered.toMillis())
                .arg(copy.get(0).toBuffer())
                .arg(bytes(copy.get(5)))
                .arg("")
                .arg(ends)
                .arg(id))
        .map(reply -> reply.get(0).toInteger());
  }

  private static Request unlink(String key) {
    return Request.cmd(Command.UNLINK).arg(key);
  }

  private static Buffer bytes(@Nullable Response part) {
    return part == null ? Buffer.buffer() : part.toBuffer();
  }

  private static String orEmpty(@Nullable Response part) {
    return part == null ? "" : part.toString();
  }
}
