package io.aetherkeep.launcher.migrate;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Copier of Redis streams by stream commands: entries, last id, and consumer groups with their last
 * delivered ids, but without pending entries.
 */
final class RedisStreamCopy {

  private static final int PART = 500;
  private static final String SCRATCH = "aetherkeep-migrate";

  private final RedisMigrationEndpoint from;
  private final RedisMigrationEndpoint to;

  RedisStreamCopy(RedisMigrationEndpoint from, RedisMigrationEndpoint to) {
    this.from = from;
    this.to = to;
  }

  void copy(MovedKey key) {
    byte[] target = key.target();
    to.one(Request.cmd(Command.DEL).arg(target));
    // A stream may be empty.
    to.one(group("CREATE", target, SCRATCH).arg("0").arg("MKSTREAM"));
    to.one(group("DESTROY", target, SCRATCH));
    Entries entries = new Entries(from, key.source());
    for (List<Response> part = entries.next(); !part.isEmpty(); part = entries.next()) {
      part.forEach(entry -> to.one(add(target, entry)));
    }
    to.one(Request.cmd(Command.XSETID).arg(target).arg(lastId(from, key.source())));
    groups(from, key.source())
        .forEach((name, read) -> to.one(group("CREATE", target, name).arg(read)));
  }

  private static Request add(byte[] target, Response entry) {
    Request add = Request.cmd(Command.XADD).arg(target).arg(entry.get(0).toBytes());
    entry.get(1).forEach(part -> add.arg(part.toBytes()));
    return add;
  }

  private static Request group(String what, byte[] key, String name) {
    return Request.cmd(Command.XGROUP).arg(what).arg(key).arg(MovedKey.bytes(name));
  }

  boolean same(MovedKey key) {
    return lastId(from, key.source()).equals(lastId(to, key.target()))
        && groups(from, key.source()).equals(groups(to, key.target()))
        && sameEntries(key);
  }

  private boolean sameEntries(MovedKey key) {
    Entries ours = new Entries(from, key.source());
    Entries theirs = new Entries(to, key.target());
    List<Response> part;
    do {
      part = ours.next();
      if (!texts(part).equals(texts(theirs.next()))) {
        return false;
      }
    } while (!part.isEmpty());
    return true;
  }

  private static List<String> texts(List<Response> entries) {
    List<String> texts = new ArrayList<>();
    for (Response entry : entries) {
      texts.add(MovedKey.text(entry.get(0).toBytes()));
      entry.get(1).forEach(part -> texts.add(MovedKey.text(part.toBytes())));
    }
    return texts;
  }

  private static String lastId(RedisMigrationEndpoint side, byte[] key) {
    Response info = side.one(Request.cmd(Command.XINFO).arg("STREAM").arg(key));
    return field(Objects.requireNonNull(info), "last-generated-id");
  }

  /** Reads the last delivered id of each group, by name. */
  private static Map<String, String> groups(RedisMigrationEndpoint side, byte[] key) {
    Map<String, String> groups = new TreeMap<>();
    Response all = side.one(Request.cmd(Command.XINFO).arg("GROUPS").arg(key));
    Objects.requireNonNull(all)
        .forEach(group -> groups.put(field(group, "name"), field(group, "last-delivered-id")));
    return groups;
  }

  private static String field(Response pairs, String name) {
    for (int i = 0; i < pairs.size() - 1; i += 2) {
      if (pairs.get(i).toString().equals(name)) {
        return MovedKey.text(pairs.get(i + 1).toBytes());
      }
    }
    throw new IllegalStateException("XINFO says no " + name);
  }

  /** Reader of a stream's entries in batches. */
  private static final class Entries {

    private final RedisMigrationEndpoint side;
    private final byte[] key;
    private String from = "-";

    Entries(RedisMigrationEndpoint side, byte[] key) {
      this.side = side;
      this.key = key;
    }

    /** Returns the next entries; none after the last. */
    List<Response> next() {
      Request range = Request.cmd(Command.XRANGE).arg(key).arg(from).arg("+");
      List<Response> entries = new ArrayList<>();
      Objects.requireNonNull(side.one(range.arg("COUNT").arg(PART))).forEach(entries::add);
      if (!entries.isEmpty()) {
        from = "(" + entries.get(entries.size() - 1).get(0);
      }
      return entries;
    }
  }
}
