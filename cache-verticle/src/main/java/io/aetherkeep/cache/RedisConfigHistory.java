package io.aetherkeep.cache;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Configurations in Redis, each with a list of its versions beside it. */
final class RedisConfigHistory implements ConfigHistory {

  private static final RedisScript CHANGE =
      RedisScript.beside(RedisConfigHistory.class, "config.lua");

  /** Enough to go back to, and bounded. */
  private static final int KEPT = 50;

  private final RedisLine line;
  private final Space space;

  RedisConfigHistory(RedisLine line, Space space) {
    this.line = line;
    this.space = space;
  }

  @Override
  public Future<Long> change(Key<Document> key, @Nullable Document before, Noted change) {
    return run(key, before, change.value() == null ? "unset" : "set", change, 0);
  }

  @Override
  public Future<Long> noteElsewhere(Key<Document> key, long number, Noted change) {
    return run(key, null, "drop", change, number);
  }

  private Future<Long> run(
      Key<Document> key, @Nullable Document before, String what, Noted change, long number) {
    Document value = change.value();
    RedisScript.Call call =
        RedisScript.call()
            .key(space.prefix() + key.text())
            .key(versions(key))
            .arg(before == null ? "absent" : "still")
            .arg(before == null ? Buffer.buffer() : before.bytes())
            .arg(what)
            .arg(value == null ? Buffer.buffer() : value.bytes())
            .arg(Buffer.buffer(RecordJson.write(change)))
            .arg(number)
            .arg(KEPT);
    return line.run(CHANGE, call).map(reply -> reply == null ? 0L : reply.toLong());
  }

  @Override
  public Future<List<Numbered>> list(Key<Document> key) {
    return line.send(Request.cmd(Command.LRANGE).arg(versions(key)).arg(0).arg(-1))
        .map(
            reply -> {
              List<Numbered> all = new ArrayList<>();
              if (reply != null) {
                reply.forEach(entry -> all.add(numbered(entry)));
              }
              return all;
            });
  }

  private static Numbered numbered(Response entry) {
    String text = entry.toString(StandardCharsets.UTF_8);
    int space = text.indexOf(' ');
    byte[] json = text.substring(space + 1).getBytes(StandardCharsets.UTF_8);
    return new Numbered(
        Long.parseLong(text.substring(0, space)), RecordJson.read(json, Noted.class));
  }

  private String versions(Key<Document> key) {
    return space.prefix() + Keyspaces.CONFIG_VERSIONS.pattern().around(space.prefix() + key.text());
  }
}
