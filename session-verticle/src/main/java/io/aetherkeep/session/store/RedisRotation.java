package io.aetherkeep.session.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Move of a session to another id, which may be in another slot: copies it first, then ends the old
 * one.
 */
final class RedisRotation {

  private static final RedisScript COPY =
      RedisScript.beside(RedisRotation.class, "lifetime.lua", "copy.lua");
  private static final RedisScript RESTORE = RedisScript.timed(RedisRotation.class, "restore.lua");
  private static final RedisScript DISCARD = RedisScript.beside(RedisRotation.class, "discard.lua");

  /** Limit of attempts when others write to the session at the same time. */
  private static final int MOST_MOVES = 200;

  private final RedisLine line;
  private final RedisSessionKeys keys;
  private final String ends;
  private final RedisTime time;
  private final RedisHistoryLists lists;

  RedisRotation(RedisLine line, RedisSessionKeys keys, String ends, RedisTime time) {
    this.time = time;
    this.ends = ends;
    this.line = line;
    this.keys = keys;
    this.lists = new RedisHistoryLists(line, keys);
  }

  Future<Boolean> move(String id, String fresh, @Nullable Long number, Duration remembered) {
    return move(new Move(id, fresh, number, remembered), MOST_MOVES);
  }

  private record Move(String id, String fresh, @Nullable Long number, Duration remembered) {}

  /**
   * Copies the session, then ends the old one. For an instant both exist, the new one under an id
   * that no client knows; a crash loses nothing.
   */
  private Future<Boolean> move(Move move, int attempts) {
    return line.run(COPY, keys.activity().addTo(keys.onAll(move.id)))
        .compose(
            copy ->
                copy == null
                    ? discard(move.fresh).map(false)
                    : restore(move, copy)
                        .compose(
                            restored ->
                                restored
                                    ? lists
                                        .copy(move.id, move.fresh)
                                        .compose(
                                            list ->
                                                finish(move, copy)
                                                    .compose(
                                                        done -> done(move, done, list, attempts)))
                                    : Future.succeededFuture(false)));
  }

  /** Completes the move, or discards the copy where the session was written after it was copied. */
  private Future<Boolean> done(Move move, int done, RedisHistoryLists.Copied list, int attempts) {
    if (done == 1) {
      // The move is complete in any case: the sweeper removes a list that stays.
      return lists.finish(move.id, move.fresh, list).map(true).otherwise(true);
    }
    return discard(move.fresh)
        .compose(
            again -> {
              if (done == 0 || !again) {
                return Future.succeededFuture(false);
              }
              return done == -1 && attempts > 1
                  ? move(move, attempts - 1)
                  : Future.failedFuture(
                      Failure.of(Code.OVERLOADED, "Too many concurrent writes to this session"));
            });
  }

  /** Removes the copy; answers whether the session may be copied again. */
  private Future<Boolean> discard(String fresh) {
    return line.run(DISCARD, keys.onAll(fresh))
        .compose(again -> lists.remove(fresh).map(done -> again.toInteger() == 1));
  }

  private Future<Boolean> restore(Move move, Response copy) {
    RedisScript.Call call =
        keys.onAll(move.fresh)
            .arg(time)
            .arg(copy.get(0).toBuffer())
            .arg(copy.get(1).toLong())
            .arg(orEmpty(copy.get(2)))
            .arg(orEmpty(copy.get(3)))
            .arg(orEmpty(copy.get(4)))
            .arg(bytes(copy.get(5)))
            .arg(bytes(copy.get(6)))
            .arg(orEmpty(copy.get(7)))
            .arg(move.number == null ? "" : move.number.toString())
            .arg(move.id)
            .arg(orEmpty(copy.get(8)))
            .arg(orEmpty(copy.get(9)))
            .arg(orEmpty(copy.get(10)));
    return line.run(RESTORE, call).compose(RedisRotation::restored);
  }

  private static Future<Boolean> restored(Response reply) {
    return reply.toInteger() < 0
        ? Future.failedFuture(
            Failure.of(Code.OVERLOADED, "Redis took too long to copy the session"))
        : Future.succeededFuture(reply.toInteger() == 1);
  }

  private Future<Integer> finish(Move move, Response copy) {
    RedisScript.Call call =
        keys.onAll(move.id)
            .arg(move.remembered.toMillis())
            .arg(copy.get(0).toBuffer())
            .arg(bytes(copy.get(5)))
            .arg("")
            .arg(ends)
            .arg(move.id)
            .arg(move.fresh);
    lists.addMove(call, move.id, move.fresh);
    return line.run(RedisSessions.FINISH, RedisSessions.announced(call, move.id, Ending.ROTATED))
        .map(reply -> reply.get(0).toInteger());
  }

  private static Buffer bytes(@Nullable Response part) {
    return part == null ? Buffer.buffer() : part.toBuffer();
  }

  private static String orEmpty(@Nullable Response part) {
    return part == null ? "" : part.toString();
  }
}
