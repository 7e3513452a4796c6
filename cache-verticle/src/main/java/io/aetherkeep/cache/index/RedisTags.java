package io.aetherkeep.cache.index;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.store.RedisNote;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tags of a space in Redis: a sorted set of keys for each tag, and a label beside each tagged
 * entry.
 */
public final class RedisTags implements Tags {

  /** How long an index lists an entry that does not expire. */
  private static final Duration FOR_EVER = Duration.ofDays(3650);

  private final RedisLine line;
  private final RedisExpiryIndex entries;
  private final String prefix;

  public RedisTags(RedisLine line, Space space) {
    this.line = line;
    this.entries = new RedisExpiryIndex(line);
    this.prefix = space.prefix();
  }

  @Override
  public Future<Void> announce(
      String key, List<String> tags, Duration lifetime, Duration outlives) {
    if (tags.isEmpty()) {
      return Future.succeededFuture();
    }
    Duration listed = (lifetime.isZero() ? FOR_EVER : lifetime).plus(outlives);
    return Future.all(tags.stream().map(tag -> entries.enter(index(tag), key, listed)).toList())
        .mapEmpty();
  }

  @Override
  public Future<Void> walk(String tag, Function<List<String>, Future<?>> batch) {
    return entries.walk(index(tag), batch);
  }

  @Override
  public Future<List<String>> carrying(String tag, List<String> keys) {
    Request notes = Request.cmd(Command.MGET);
    keys.forEach(key -> notes.arg(RedisNote.keyOf(prefix, prefix + key)));
    return line.read(notes)
        .map(
            replies -> {
              List<String> carrying = new ArrayList<>();
              for (int i = 0; i < keys.size(); i++) {
                if (names(replies.get(0).get(i), tag)) {
                  carrying.add(keys.get(i));
                }
              }
              return carrying;
            });
  }

  private static boolean names(@Nullable Response text, String tag) {
    RedisNote note = text == null ? null : RedisNote.parse(text.toString());
    return note != null && Tags.carries(note.label(), tag);
  }

  private String index(String tag) {
    return prefix + Keyspaces.TAGS.key(tag).text();
  }
}
