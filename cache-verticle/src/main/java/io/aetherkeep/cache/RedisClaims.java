package io.aetherkeep.cache;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisNote;
import io.aetherkeep.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The claims in Redis: a key beside the entry, and one for its stale copy. */
final class RedisClaims implements Claims {

  private static final RedisScript CLAIM = RedisScript.beside(RedisClaims.class, "claim.lua");
  private static final RedisScript SETTLE = RedisScript.beside(RedisClaims.class, "settle.lua");

  private final RedisLine line;
  private final Space space;
  private final Duration staleFor;

  /**
   * The claims of a space.
   *
   * @param staleFor for how long after its end an entry's copy is kept
   */
  RedisClaims(RedisLine line, Space space, Duration staleFor) {
    this.line = line;
    this.space = space;
    this.staleFor = staleFor;
  }

  static String claimOf(String prefix, String name) {
    return prefix + Keyspaces.CLAIMS.pattern().around(name);
  }

  static String staleOf(String prefix, String name) {
    return prefix + Keyspaces.STALE_COPIES.pattern().around(name);
  }

  @Override
  public Future<Standing> claim(Key<Document> key, Duration hold) {
    return claim(key, hold, "miss");
  }

  @Override
  public Future<Standing> claimRenewal(Key<Document> key, Duration hold) {
    return claim(key, hold, "refresh");
  }

  private Future<Standing> claim(Key<Document> key, Duration hold, String mode) {
    String token = UUID.randomUUID().toString();
    String name = name(key);
    RedisScript.Call call =
        RedisScript.call()
            .key(name)
            .key(claimOf(space.prefix(), name))
            .key(staleOf(space.prefix(), name))
            .arg(token)
            .arg(hold.toMillis())
            .arg(staleFor.toMillis())
            .arg(mode);
    return line.run(CLAIM, call).map(reply -> standing(reply, token));
  }

  private static Standing standing(@Nullable Response reply, String token) {
    if (reply == null) {
      throw new IllegalStateException("A claim without an answer");
    }
    Stale stale =
        reply.size() < 3
            ? null
            : new Stale(
                Document.stored(reply.get(1).toBuffer()), Duration.ofMillis(reply.get(2).toLong()));
    return new Standing(state(reply.get(0).toString()), token, stale);
  }

  private static State state(String word) {
    return switch (word) {
      case "there" -> State.THERE;
      case "mine" -> State.MINE;
      case "free" -> State.FREE;
      case "absent" -> State.ABSENT;
      case "failed" -> State.FAILED;
      default -> State.TAKEN;
    };
  }

  @Override
  public Future<Boolean> settle(
      Key<Document> key,
      String token,
      Document value,
      Duration lifetime,
      @Nullable Document before) {
    Duration usual = space.lifetime(key.keyspace()).length();
    String note = lifetime.equals(usual) ? "" : new RedisNote(lifetime, value.version(), "").text();
    RedisScript.Call call =
        settling(key, token, "value")
            .arg(0)
            .arg(lifetime.toMillis())
            .arg(note)
            .arg(staleFor.toMillis())
            .arg(value.bytes())
            .arg(before == null ? Buffer.buffer() : before.bytes());
    return line.run(SETTLE, call).map(RedisClaims::isDone);
  }

  @Override
  public Future<Boolean> settle(Key<Document> key, String token, State state, Duration hold) {
    RedisScript.Call call =
        settling(key, token, state.name().toLowerCase(Locale.ROOT)).arg(hold.toMillis());
    return line.run(SETTLE, call).map(RedisClaims::isDone);
  }

  private RedisScript.Call settling(Key<Document> key, String token, String outcome) {
    String name = name(key);
    return RedisScript.call()
        .key(name)
        .key(RedisNote.keyOf(space.prefix(), name))
        .key(claimOf(space.prefix(), name))
        .key(staleOf(space.prefix(), name))
        .arg(token)
        .arg(outcome);
  }

  private static boolean isDone(@Nullable Response reply) {
    return reply != null && reply.toInteger() == 1;
  }

  @Override
  public Future<Void> revoke(Key<Document> key) {
    String name = name(key);
    return line.send(
            Request.cmd(Command.UNLINK)
                .arg(claimOf(space.prefix(), name))
                .arg(staleOf(space.prefix(), name)))
        .mapEmpty();
  }

  private String name(Key<Document> key) {
    return space.prefix() + key.text();
  }
}
