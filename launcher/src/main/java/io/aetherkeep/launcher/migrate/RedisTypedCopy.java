package io.aetherkeep.launcher.migrate;

import io.aetherkeep.launcher.migrate.RedisValueType.Part;
import io.aetherkeep.redis.connection.RedisErrors;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Copier of values by commands of their type, which also compares them: small values in batches,
 * large ones in parts.
 */
final class RedisTypedCopy {

  private static final String STREAM = "stream";

  /** Values beyond this size are copied in parts of about this size. */
  private static final long PART = 1 << 20;

  private final RedisMigrationEndpoint from;
  private final RedisMigrationEndpoint to;
  private final RedisStreamCopy streams;

  RedisTypedCopy(RedisMigrationEndpoint from, RedisMigrationEndpoint to) {
    this.from = from;
    this.to = to;
    this.streams = new RedisStreamCopy(from, to);
  }

  /** Sets the lifetime of a copy. */
  static Request lifetime(RedisValue value) {
    long left = RedisValue.left(value.millis(), value.readAt());
    byte[] target = value.key().target();
    return left == RedisValue.ENDLESS
        ? Request.cmd(Command.PERSIST).arg(target)
        : Request.cmd(Command.PEXPIRE).arg(target).arg(left);
  }

  void copy(List<RedisValue> values, MigrationCounts counts) {
    List<RedisValue> small = new ArrayList<>();
    for (RedisValue value : values) {
      RedisValueType type = RedisValueType.of(value.type());
      if (value.type().equals(STREAM)) {
        copyAlone(value, () -> streams.copy(value.key()), counts);
      } else if (type == null) {
        counts.failed(
            value.key(), "a value of the type " + value.type() + " has no commands to copy it");
      } else if (value.bytes() > PART) {
        copyAlone(value, () -> copyParts(value, type), counts);
      } else {
        small.add(value);
      }
    }
    for (List<RedisValue> some : RedisValue.portions(small, 4 * PART)) {
      copyWhole(some, counts);
    }
  }

  /** Copies a value that may change or expire meanwhile; the comparison removes a gone one. */
  private void copyAlone(RedisValue value, Runnable copying, MigrationCounts counts) {
    try {
      copying.run();
      to.one(lifetime(value));
    } catch (RedisErrors.Refusal e) {
      if (number(from, Request.cmd(Command.EXISTS).arg(value.key().source())) > 0) {
        counts.failed(value.key(), e.reply());
      }
    }
  }

  private static RedisValueType type(RedisValue value) {
    return Objects.requireNonNull(RedisValueType.of(value.type()));
  }

  private void copyWhole(List<RedisValue> values, MigrationCounts counts) {
    List<Future<@Nullable Response>> replies = from.all(reads(values, false));
    List<Request> writes = new ArrayList<>();
    List<RedisValue> written = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      RedisValue value = values.get(i);
      if (replies.get(i).failed()) {
        counts.failed(value.key(), RedisKeyCopy.reason(replies.get(i)));
        continue;
      }
      Part part = type(value).whole(replies.get(i).result());
      if (!part.elements().isEmpty()) {
        writes.add(Request.cmd(Command.DEL).arg(value.key().target()));
        writes.add(type(value).add(value.key().target(), part));
        writes.add(lifetime(value));
        written.add(value);
      }
    }
    List<Future<@Nullable Response>> done = to.all(writes);
    for (int i = 0; i < written.size(); i++) {
      if (done.get(3 * i + 1).failed()) {
        counts.failed(written.get(i).key(), RedisKeyCopy.reason(done.get(3 * i + 1)));
      }
    }
  }

  private static List<Request> reads(List<RedisValue> values, boolean target) {
    return values.stream()
        .map(value -> type(value).whole(target ? value.key().target() : value.key().source()))
        .toList();
  }

  private void copyParts(RedisValue value, RedisValueType type) {
    to.one(Request.cmd(Command.DEL).arg(value.key().target()));
    long count = perPart(value, type);
    for (String at = "0"; at != null; ) {
      Part part = type.part(at, count, from.one(type.part(value.key().source(), at, count)));
      if (!part.elements().isEmpty()) {
        to.one(type.add(value.key().target(), part));
      }
      at = part.next();
    }
  }

  private long perPart(RedisValue value, RedisValueType type) {
    long size = size(from, type, value.key().source());
    return type == RedisValueType.STRING ? PART : Math.max(1, size * PART / value.bytes());
  }

  private static long size(RedisMigrationEndpoint side, RedisValueType type, byte[] key) {
    return number(side, type.size(key));
  }

  private static long number(RedisMigrationEndpoint side, Request request) {
    return Objects.requireNonNull(side.one(request)).toLong();
  }

  /** Returns the values that differ in the target; each has the same type there. */
  List<RedisValue> changed(List<RedisValue> values) {
    List<RedisValue> changed = new ArrayList<>();
    List<RedisValue> small = new ArrayList<>();
    for (RedisValue value : values) {
      RedisValueType type = RedisValueType.of(value.type());
      boolean stream = value.type().equals(STREAM);
      if (!stream && type != null && value.bytes() <= PART) {
        small.add(value);
      } else if (!same(() -> stream ? streams.same(value.key()) : sameParts(value, type))) {
        changed.add(value);
      }
    }
    for (List<RedisValue> some : RedisValue.portions(small, 4 * PART)) {
      changed.addAll(findChangedValues(some));
    }
    return changed;
  }

  /** Whether a value is the same; one that cannot be read, because it changed, is not. */
  private static boolean same(BooleanSupplier comparison) {
    try {
      return comparison.getAsBoolean();
    } catch (RedisErrors.Refusal e) {
      return false;
    }
  }

  private List<RedisValue> findChangedValues(List<RedisValue> values) {
    List<Future<@Nullable Response>> ours = from.all(reads(values, false));
    List<Future<@Nullable Response>> theirs = to.all(reads(values, true));
    List<RedisValue> changed = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      RedisValue value = values.get(i);
      boolean read = ours.get(i).succeeded() && theirs.get(i).succeeded();
      if (!read
          || !type(value)
              .same(
                  type(value).whole(ours.get(i).result()),
                  type(value).whole(theirs.get(i).result()))) {
        changed.add(value);
      }
    }
    return changed;
  }

  private boolean sameParts(RedisValue value, @Nullable RedisValueType type) {
    byte[] target = value.key().target();
    if (type == null || size(from, type, value.key().source()) != size(to, type, target)) {
      return false;
    }
    long count = perPart(value, type);
    for (String at = "0"; at != null; ) {
      Part part = type.part(at, count, from.one(type.part(value.key().source(), at, count)));
      if (!part.elements().isEmpty() && !type.holds(part, to.one(type.look(target, part, count)))) {
        return false;
      }
      at = part.next();
    }
    return true;
  }
}
