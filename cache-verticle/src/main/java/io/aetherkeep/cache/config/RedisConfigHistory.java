package io.aetherkeep.cache.config;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.cache.loading.RedisClaims;
import io.aetherkeep.cache.origin.ConfigTable;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Condition;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Configuration history in Redis: beside each configuration, a list of its versions. */
public final class RedisConfigHistory implements ConfigHistory {

  private static final RedisScript CHANGE =
      RedisScript.beside(RedisConfigHistory.class, "config.lua");
  private static final RedisScript DROP =
      RedisScript.beside(RedisConfigHistory.class, "config-drop.lua");
  private static final RedisScript ANNOUNCE =
      RedisScript.beside(RedisConfigHistory.class, "config-announce.lua");
  private static final RedisScript PRESENT =
      RedisScript.beside(RedisConfigHistory.class, "config-present.lua");
  private static final RedisScript READ =
      RedisScript.beside(RedisConfigHistory.class, "config-versions.lua");

  /**
   * Maximum number of stored versions; {@link #KEPT_BYTES} limits them too, but two always stay.
   */
  private static final int KEPT = 50;

  private static final int KEPT_BYTES = 8 << 20;

  /** Size at which a page of versions ends. */
  private static final int PAGE_BYTES = 1 << 20;

  private final RedisLine line;
  private final Space space;

  public RedisConfigHistory(RedisLine line, Space space) {
    this.line = line;
    this.space = space;
  }

  /** On a cluster a script reaches the keys of one slot only. */
  @Override
  public boolean takesSeveral() {
    return !line.isCluster();
  }

  @Override
  public Future<Changed> change(List<Change> changes, String by) {
    RedisScript.Call call = call(by, 0);
    for (Change change : changes) {
      add(call, change, change.value() == null ? "unset" : "set");
    }
    return line.run(CHANGE, call)
        .map(reply -> changed(changes, Objects.requireNonNull(reply, "the script's answer")));
  }

  private static Changed changed(List<Change> changes, Response reply) {
    if (reply.get(0).toLong() < 0) {
      throw ConfigTable.conflict(changes.get(reply.get(1).toInteger() - 1).key().id());
    }
    List<Boolean> replaced = new ArrayList<>();
    for (int i = 1; i < reply.size(); i++) {
      replaced.add(reply.get(i).toInteger() == 1);
    }
    return new Changed(reply.get(0).toLong(), replaced);
  }

  @Override
  public Future<Long> recordExternalChanges(List<Elsewhere> changes, long number, String by) {
    RedisScript.Call call = call(by, number);
    for (Elsewhere change : changes) {
      Document before = change.before();
      Condition<Document> was = before == null ? Condition.absent() : Condition.still(before);
      String what = change.value() == null ? "unset-elsewhere" : "set-elsewhere";
      add(call, new Change(change.key(), was, change.value()), what);
    }
    return line.run(CHANGE, call).map(reply -> Objects.requireNonNull(reply).get(0).toLong());
  }

  private static RedisScript.Call call(String by, long number) {
    return RedisScript.call().event("config").arg(by).arg(number).arg(KEPT).arg(KEPT_BYTES);
  }

  private void add(RedisScript.Call call, Change change, String what) {
    String name = space.prefix() + change.key().text();
    Document expected = change.condition().value();
    Document value = change.value();
    call.key(name)
        .key(versions(change.key()))
        .key(RedisClaims.claimOf(space.prefix(), name))
        .key(RedisClaims.staleOf(space.prefix(), name))
        .arg(change.condition().when().name().toLowerCase(Locale.ROOT))
        .arg(expected == null ? Buffer.buffer() : expected.bytes())
        .arg(what)
        .arg(value == null ? Buffer.buffer() : value.bytes())
        .arg(change.key().id())
        .arg(value == null ? "" : value.version());
  }

  @Override
  public Future<Void> drop(Key<Document> key) {
    String name = space.prefix() + key.text();
    RedisScript.Call call =
        RedisScript.call()
            .key(name)
            .key(RedisClaims.claimOf(space.prefix(), name))
            .key(RedisClaims.staleOf(space.prefix(), name));
    return line.run(DROP, call).mapEmpty();
  }

  @Override
  public Future<Void> announce(Key<Document> key, @Nullable Document value) {
    if (!line.announces(ANNOUNCE)) {
      return Future.succeededFuture();
    }
    RedisScript.Call call =
        RedisScript.call()
            .key(space.prefix() + key.text())
            .arg(value == null ? "" : sha1(value.bytes().getBytes()));
    String version = value == null ? "" : value.version();
    call.event("config/" + key.id(), "name", key.id(), "version", version);
    return line.run(ANNOUNCE, call).mapEmpty();
  }

  private static String sha1(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-1", e);
    }
  }

  @Override
  public Future<Present> present(Key<Document> key) {
    RedisScript.Call call =
        RedisScript.call()
            .key(space.prefix() + key.text())
            .key(versions(key))
            .arg(space.maxValueBytes());
    return line.read(PRESENT, call).map(reply -> present(Objects.requireNonNull(reply)));
  }

  private static Present present(Response reply) {
    Response value = reply.get(1);
    Response newest = reply.get(2);
    return new Present(
        !reply.get(0).toString().equals("none"),
        value == null ? null : Document.stored(value.toBuffer()),
        newest == null ? null : version(newest.toBuffer()),
        reply.get(3).toInteger() == 1);
  }

  @Override
  public Future<Page> read(Key<Document> key, long from, int most) {
    RedisScript.Call call =
        RedisScript.call().key(versions(key)).arg(from).arg(most).arg(PAGE_BYTES);
    return line.run(READ, call)
        .map(
            reply -> {
              List<Version> versions = new ArrayList<>();
              for (int i = 1; i < Objects.requireNonNull(reply).size(); i++) {
                versions.add(version(reply.get(i).toBuffer()));
              }
              return new Page(versions, reply.get(0).toInteger() == 1);
            });
  }

  /** Parses an entry: number, time and author, a line each, then the value if there is one. */
  private static Version version(Buffer entry) {
    int first = 0;
    while (Character.isDigit(entry.getByte(first))) {
      first++;
    }
    if (entry.getByte(first) == ' ') {
      return oldVersion(entry, first);
    }
    int second = lineEnd(entry, first + 1);
    int third = lineEnd(entry, second + 1);
    int end = third < 0 ? entry.length() : third;
    return new Version(
        Long.parseLong(text(entry, 0, first)),
        Instant.ofEpochMilli(Long.parseLong(text(entry, first + 1, second))).toString(),
        text(entry, second + 1, end),
        third < 0 ? null : Document.stored(entry.slice(third + 1, entry.length())),
        null);
  }

  /** Entry of an earlier release: a number, then JSON with value and diff. */
  private record Old(String at, String by, @Nullable Document value, Document diff) {}

  private static Version oldVersion(Buffer entry, int blank) {
    Old old = RecordJson.read(entry.getBytes(blank + 1, entry.length()), Old.class);
    long number = Long.parseLong(text(entry, 0, blank));
    return new Version(number, old.at(), old.by(), old.value(), old.diff());
  }

  private static int lineEnd(Buffer bytes, int from) {
    for (int i = from; i < bytes.length(); i++) {
      if (bytes.getByte(i) == '\n') {
        return i;
      }
    }
    return -1;
  }

  private static String text(Buffer bytes, int start, int end) {
    return bytes.getString(start, end, StandardCharsets.UTF_8.name());
  }

  @Override
  public String versionsOf(Key<Document> key) {
    return Keyspaces.CONFIG_VERSIONS.pattern().around(space.prefix() + key.text());
  }

  private String versions(Key<Document> key) {
    return space.prefix() + versionsOf(key);
  }
}
