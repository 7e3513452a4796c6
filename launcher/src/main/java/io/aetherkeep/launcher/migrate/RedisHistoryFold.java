package io.aetherkeep.launcher.migrate;

import io.aetherkeep.catalogue.Keyspaces;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Conversion of histories for a cluster: a newer council proxy's list beside a session becomes the
 * session's field {@code history}, because a script on a cluster cannot reach both.
 */
final class RedisHistoryFold {

  private static final String LIST = ":history";

  private final RedisSide from;
  private final String beginning;

  RedisHistoryFold(RedisSide from, KeyMapping mapping) {
    this.from = from;
    this.beginning = mapping.fromPrefix() + Keyspaces.SESSIONS_COUNCIL.pattern().beginning();
  }

  /** Returns the values to copy: sessions with their histories, without the lists. */
  List<RedisValue> fold(List<RedisValue> values, MigrationCounts counts) {
    List<RedisValue> sessions = values.stream().filter(this::isSession).toList();
    List<Future<@Nullable Response>> lists =
        from.all(sessions.stream().map(value -> read(value.key().from() + LIST)).toList());
    List<RedisValue> lone = values.stream().filter(this::isList).toList();
    List<Future<@Nullable Response>> owners =
        from.all(lone.stream().map(value -> type(owner(value))).toList());
    List<RedisValue> folded = new ArrayList<>(values);
    for (int i = 0; i < sessions.size(); i++) {
      List<String> items = items(lists.get(i));
      if (!items.isEmpty()) {
        folded.set(folded.indexOf(sessions.get(i)), sessions.get(i).with(items));
      }
    }
    for (int i = 0; i < lone.size(); i++) {
      if ("hash".equals(String.valueOf(owners.get(i).result()))) {
        folded.remove(lone.get(i));
        counts.skip();
      }
    }
    return folded;
  }

  private boolean isSession(RedisValue value) {
    return value.type().equals("hash") && value.key().from().startsWith(beginning);
  }

  private boolean isList(RedisValue value) {
    String key = value.key().from();
    return value.type().equals("list") && key.startsWith(beginning) && key.endsWith(LIST);
  }

  private static String owner(RedisValue list) {
    String key = list.key().from();
    return key.substring(0, key.length() - LIST.length());
  }

  private static Request read(String key) {
    return Request.cmd(Command.LRANGE).arg(MovedKey.bytes(key)).arg(0).arg(-1);
  }

  private static Request type(String key) {
    return Request.cmd(Command.TYPE).arg(MovedKey.bytes(key));
  }

  private static List<String> items(Future<@Nullable Response> reply) {
    List<String> items = new ArrayList<>();
    Response list = reply.result();
    if (list != null) {
      list.forEach(item -> items.add(MovedKey.text(item.toBytes())));
    }
    return items;
  }
}
