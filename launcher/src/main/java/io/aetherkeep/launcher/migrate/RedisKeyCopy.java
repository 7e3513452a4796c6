package io.aetherkeep.launcher.migrate;

import io.aetherkeep.redis.connection.RedisErrors;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Copier of keys with their lifetimes: by DUMP and RESTORE, or by commands of their type if the
 * target does not accept the source's format or a value is large.
 */
final class RedisKeyCopy {

  /** Maximum size of dumps in memory; larger values are copied in parts if possible. */
  private static final long MOST_DUMPED = 16 << 20;

  private static final int FOOTER = 10;

  private final RedisMigrationEndpoint from;
  private final RedisMigrationEndpoint to;
  private final RedisTypedCopy typed;
  private final Consumer<String> notes;
  private boolean byType;

  /**
   * Creates a copy from one Redis to another.
   *
   * @param byType whether to avoid DUMP and RESTORE
   * @param notes receives messages for the operator
   */
  RedisKeyCopy(
      RedisMigrationEndpoint from,
      RedisMigrationEndpoint to,
      RedisTypedCopy typed,
      boolean byType,
      Consumer<String> notes) {
    this.from = from;
    this.to = to;
    this.typed = typed;
    this.byType = byType;
    this.notes = notes;
  }

  /** Copies values and overwrites the target's. */
  void copy(List<RedisValue> values, MigrationCounts counts) {
    List<RedisValue> rest = new ArrayList<>();
    List<RedisValue> dumped = new ArrayList<>();
    for (RedisValue value : values) {
      (isDumped(value) ? dumped : rest).add(value);
    }
    for (List<RedisValue> some : RedisValue.portions(dumped, MOST_DUMPED)) {
      rest.addAll(restore(some, counts));
    }
    typed.copy(rest, counts);
  }

  private boolean isDumped(RedisValue value) {
    boolean parts = RedisValueType.of(value.type()) != null && value.bytes() > MOST_DUMPED;
    return !byType && !parts;
  }

  /** Copies by dump; returns the values that must be copied by type. */
  private List<RedisValue> restore(List<RedisValue> values, MigrationCounts counts) {
    long readAt = System.nanoTime();
    List<Future<@Nullable Response>> dumps = from.all(dumps(values));
    List<RedisValue> sent = new ArrayList<>();
    List<Request> restores = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Future<@Nullable Response> ttl = dumps.get(2 * i);
      Future<@Nullable Response> dump = dumps.get(2 * i + 1);
      if (dump.failed()) {
        counts.failed(values.get(i).key(), reason(dump));
      } else if (dump.result() != null && ttl.result() != null) {
        sent.add(values.get(i));
        restores.add(restore(values.get(i), ttl.result(), dump.result(), readAt));
      }
    }
    List<RedisValue> refused = new ArrayList<>();
    List<Future<@Nullable Response>> replies = to.all(restores);
    for (int i = 0; i < sent.size(); i++) {
      if (replies.get(i).failed()) {
        refused(sent.get(i), reason(replies.get(i)), refused, counts);
      }
    }
    return refused;
  }

  private static List<Request> dumps(List<RedisValue> values) {
    List<Request> requests = new ArrayList<>();
    for (RedisValue value : values) {
      requests.add(Request.cmd(Command.PTTL).arg(value.key().source()));
      requests.add(Request.cmd(Command.DUMP).arg(value.key().source()));
    }
    return requests;
  }

  private static Request restore(RedisValue value, Response ttl, Response dump, long readAt) {
    long millis = RedisValue.left(ttl.toLong(), readAt);
    return Request.cmd(Command.RESTORE)
        .arg(value.key().target())
        .arg(millis == RedisValue.ENDLESS ? 0 : millis)
        .arg(dump.toBytes())
        .arg("REPLACE");
  }

  private void refused(
      RedisValue value, String reply, List<RedisValue> rest, MigrationCounts counts) {
    if (reply.contains("DUMP payload version") || reply.contains("Bad data format")) {
      if (!byType) {
        notes.accept(
            "The target does not accept the source's dump format (RESTORE: "
                + reply
                + "): values are copied by the commands of their type");
      }
      byType = true;
      rest.add(value);
    } else {
      counts.failed(value.key(), reply);
    }
  }

  static String reason(Future<?> failed) {
    return failed.cause() instanceof RedisErrors.Refusal refused
        ? refused.reply()
        : String.valueOf(failed.cause().getMessage());
  }

  /** Returns values whose copies are missing or different; corrects lifetimes at once. */
  List<RedisValue> changed(List<RedisValue> values, MigrationCounts counts) {
    List<RedisValue> changed = new ArrayList<>();
    List<RedisValue> alike = new ArrayList<>();
    List<RedisValue> copies =
        RedisValue.describe(to, values.stream().map(RedisValue::copy).toList());
    for (int i = 0; i < values.size(); i++) {
      boolean same = values.get(i).type().equals(copies.get(i).type());
      (same ? alike : changed).add(values.get(i));
    }
    List<RedisValue> dumped = alike.stream().filter(this::isDumped).toList();
    List<RedisValue> others = new ArrayList<>(alike);
    others.removeAll(dumped);
    for (List<RedisValue> some : RedisValue.portions(dumped, MOST_DUMPED / 2)) {
      others.addAll(otherDumps(some));
    }
    changed.addAll(typed.changed(others));
    counts.changed(changed.size());
    setLifetimes(values, copies, changed, counts);
    return changed;
  }

  /** Returns values with different dumps; equal values may have different encodings. */
  private List<RedisValue> otherDumps(List<RedisValue> values) {
    List<Future<@Nullable Response>> ours = from.all(dumps(values, false));
    List<Future<@Nullable Response>> theirs = to.all(dumps(values, true));
    List<RedisValue> others = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      if (!body(ours.get(i)).equals(body(theirs.get(i)))) {
        others.add(values.get(i));
      }
    }
    return others;
  }

  private static List<Request> dumps(List<RedisValue> values, boolean target) {
    return values.stream()
        .map(RedisValue::key)
        .map(key -> Request.cmd(Command.DUMP).arg(target ? key.target() : key.source()))
        .toList();
  }

  /** Returns a dump without its version and checksum. */
  private static String body(Future<@Nullable Response> dump) {
    Response reply = dump.result();
    String all = reply == null ? "" : MovedKey.text(reply.toBytes());
    return all.substring(0, Math.max(0, all.length() - FOOTER));
  }

  private void setLifetimes(
      List<RedisValue> values,
      List<RedisValue> copies,
      List<RedisValue> changed,
      MigrationCounts counts) {
    List<Request> setting = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      RedisValue value = values.get(i);
      if (!value.hasLifetimeOf(copies.get(i)) && !changed.contains(value)) {
        setting.add(RedisTypedCopy.lifetime(value));
      }
    }
    counts.changed(setting.size());
    to.all(setting);
  }
}
