package io.aetherkeep.cache.loading;

import io.aetherkeep.cache.index.RedisExpiryIndex;
import io.aetherkeep.cache.index.RedisTags;
import io.aetherkeep.cache.index.Tags;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.HashDocument;
import io.aetherkeep.document.TextDocument;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Layout;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.store.RedisNote;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Leases on loads in Redis: beside each entry a claim key and a stale copy, and an index of the
 * loads under way in a keyspace, which invalidations by pattern read.
 */
public final class RedisClaims implements Claims {

  private static final RedisScript CLAIM = script("claim.lua");
  private static final RedisScript SETTLE = script("settle.lua");

  private final RedisLine line;
  private final Space space;
  private final boolean keepsStale;
  private final RedisExpiryIndex loads;
  private final Tags tags;

  /**
   * Creates the claims of a space.
   *
   * @param keepsStale whether to keep stale copies of expired entries
   */
  public RedisClaims(RedisLine line, Space space, boolean keepsStale) {
    this.line = line;
    this.space = space;
    this.keepsStale = keepsStale;
    this.loads = new RedisExpiryIndex(line);
    this.tags = new RedisTags(line, space);
  }

  static RedisScript script(String file) {
    return RedisScript.beside(RedisClaims.class, "beside.lua", file);
  }

  public static String claimOf(String prefix, String name) {
    return prefix + Keyspaces.CLAIMS.pattern().around(name);
  }

  public static String staleOf(String prefix, String name) {
    return prefix + Keyspaces.STALE_COPIES.pattern().around(name);
  }

  static String loadsOf(String prefix, String keyspace) {
    return prefix + Keyspaces.LOADS.key(keyspace).text();
  }

  @Override
  public Future<Standing> claim(Key<Document> key, String token, Duration hold) {
    return claim(key, token, hold, "miss");
  }

  @Override
  public Future<Standing> claimRenewal(Key<Document> key, String token, Duration hold) {
    return claim(key, token, hold, keepsStale ? "renew" : "renew-any");
  }

  private Future<Standing> claim(Key<Document> key, String token, Duration hold, String mode) {
    String name = name(key);
    RedisScript.Call call =
        RedisScript.call()
            .key(name)
            .key(claimOf(space.prefix(), name))
            .key(staleOf(space.prefix(), name))
            .arg(token)
            .arg(hold.toMillis())
            .arg(mode);
    return line.run(CLAIM, call).map(reply -> standing(reply, token, key.keyspace().layout()));
  }

  private static Standing standing(@Nullable Response reply, String token, Layout layout) {
    if (reply == null) {
      throw new IllegalStateException("A claim without an answer");
    }
    String word = reply.get(0).toString();
    State state = state(word);
    Stale stale =
        reply.size() < 5
            ? null
            : new Stale(
                layout == Layout.TEXT
                    ? TextDocument.of(reply.get(1).toBuffer())
                    : Document.stored(reply.get(1).toBuffer()),
                millis(reply.get(2)),
                millis(reply.get(3)),
                millis(reply.get(4)));
    return new Standing(state, state == State.TAKEN ? word : token, stale);
  }

  private static Duration millis(Response number) {
    return Duration.ofMillis(number.toLong());
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
  public Future<Void> announce(Key<Document> key, Duration hold) {
    return loads.enter(loadsOf(key), key.text(), hold);
  }

  @Override
  public Future<Boolean> settle(
      Key<Document> key,
      String token,
      Document value,
      Freshness freshness,
      @Nullable Document before) {
    Freshness kept = keepsStale ? freshness : freshness.withoutStale();
    Duration lifetime = kept.lifetime();
    boolean usual = space.lifetime(key.keyspace()).length().equals(lifetime);
    RedisScript.Call call =
        settling(key, token, "value")
            .arg(lifetime == null ? -1 : lifetime.toMillis())
            .arg(kept.whileRevalidating().toMillis())
            .arg(kept.ifError().toMillis())
            .arg(usual || lifetime == null ? RedisNote.USUAL : "" + lifetime.toMillis())
            .arg(value.version())
            .arg(bytes(key, value))
            .arg(before == null ? Buffer.buffer() : bytes(key, before))
            .arg(pairs(key, value))
            .arg(before == null ? "" : pairs(key, before));
    return indexTags(key, kept).compose(indexed -> settled(key, call));
  }

  /** Extends the index of the entry's tags, which settling keeps for the new lifetime. */
  private Future<Void> indexTags(Key<Document> key, Freshness kept) {
    Duration lifetime = kept.lifetime();
    if (lifetime == null) {
      return Future.succeededFuture();
    }
    // MGET, unlike GET, reads a key of another type as missing.
    Request note = Request.cmd(Command.MGET).arg(RedisNote.keyOf(space.prefix(), name(key)));
    return line.read(note)
        .compose(replies -> tags.announce(key.text(), tags(replies), lifetime, kept.window()));
  }

  private static List<String> tags(List<@Nullable Response> replies) {
    Response text = replies.get(0) == null ? null : replies.get(0).get(0);
    RedisNote note = text == null ? null : RedisNote.parse(text.toString());
    return note == null ? List.of() : Tags.of(note.label());
  }

  private static Buffer bytes(Key<Document> key, Document value) {
    return key.keyspace().layout() == Layout.TEXT ? TextDocument.bytes(value) : value.bytes();
  }

  /** Returns a hash's fields and texts as a JSON array, or nothing for a string. */
  private static String pairs(Key<Document> key, Document value) {
    return key.keyspace().layout() == Layout.HASH
        ? Document.array(HashDocument.pairs(value).stream().map(Document::ofText).toList())
            .toString()
        : "";
  }

  @Override
  public Future<Boolean> settle(Key<Document> key, String token, State state, Duration hold) {
    return settled(
        key, settling(key, token, state.name().toLowerCase(Locale.ROOT)).arg(hold.toMillis()));
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

  private Future<Boolean> settled(Key<Document> key, RedisScript.Call call) {
    return line.run(SETTLE, call)
        .map(reply -> reply != null && reply.toInteger() == 1)
        // If this is lost, the key expires from the index.
        .onSuccess(settled -> loads.leave(loadsOf(key), key.text()));
  }

  private String loadsOf(Key<Document> key) {
    return loadsOf(space.prefix(), key.keyspace().name());
  }

  private String name(Key<Document> key) {
    return space.prefix() + key.text();
  }
}
