package io.aetherkeep.launcher.migrate;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Steps of a migration, each on a page of keys: count, copy, compare, remove. */
final class RedisMigrationSteps {

  private final RedisMigrationEndpoint from;
  private final RedisMigrationEndpoint to;
  private final KeyMapping mapping;
  private final RedisKeyCopy copy;
  private final RedisIndexMerge indexes;

  RedisMigrationSteps(
      RedisMigrationEndpoint from,
      RedisMigrationEndpoint to,
      KeyMapping mapping,
      boolean byType,
      Consumer<String> notes) {
    this.from = from;
    this.to = to;
    this.mapping = mapping;
    this.indexes = new RedisIndexMerge(from, to, mapping.merged());
    this.copy = new RedisKeyCopy(from, to, new RedisTypedCopy(from, to), byType, notes);
  }

  String describe(MigrationPlan plan) {
    return "From %s%s to %s%s%s"
        .formatted(
            described(plan.from().address(), from),
            plan.fromPrefix().isEmpty() ? "" : ", keys that start with " + plan.fromPrefix(),
            to.isCluster() ? "the cluster of " : "",
            described(plan.to().address(), to),
            plan.toPrefix().isEmpty() ? "" : ", as keys that start with " + plan.toPrefix());
  }

  private static String described(String address, RedisMigrationEndpoint side) {
    return address + " (Redis " + (side.version().isEmpty() ? "?" : side.version()) + ")";
  }

  /** Whether the target has keys with a prefix, except keys of running nodes. */
  boolean isTaken(String prefix, int count) {
    String cursor = "0";
    do {
      RedisMigrationEndpoint.Page page = to.scan(cursor, count);
      for (String key : page.keys()) {
        if (key.startsWith(prefix) && !KeyMapping.isTransient(key.substring(prefix.length()))) {
          return true;
        }
      }
      cursor = page.next();
    } while (!cursor.equals("0"));
    return false;
  }

  void count(List<MovedKey> keys, MigrationCounts counts) {
    described(keys, counts);
  }

  void copy(List<MovedKey> keys, MigrationCounts counts) {
    copy.copy(described(keys, counts), counts);
  }

  /**
   * Copies the keys whose copies differ.
   *
   * @param writing receives the keys before they are written
   */
  void compare(List<MovedKey> keys, MigrationCounts counts, Consumer<List<MovedKey>> writing) {
    List<RedisValue> changed = copy.changed(described(keys, counts), counts);
    writing.accept(changed.stream().map(RedisValue::key).toList());
    copy.copy(changed, counts);
  }

  private List<RedisValue> described(List<MovedKey> keys, MigrationCounts counts) {
    List<RedisValue> values =
        RedisValue.describe(from, keys).stream().filter(RedisValue::exists).toList();
    int prefix = mapping.fromPrefix().length();
    values.forEach(
        value ->
            counts.found(
                KeyMapping.beginning(value.key().from().substring(prefix)), value.bytes()));
    return values;
  }

  void countIndexes(MigrationCounts counts) {
    indexes.count(counts, mapping.fromPrefix().length());
  }

  /**
   * Copies the indexes whose parts are one key in the target, where they differ.
   *
   * @param writing receives the indexes before they are written
   */
  void mergeIndexes(MigrationCounts counts, Consumer<List<MovedKey>> writing) {
    indexes.merge(counts, mapping.fromPrefix().length(), writing);
  }

  /** Removes copies from the target whose keys no longer exist in the source. */
  long removeGone(List<String> names, MigrationCounts counts) {
    List<Future<@Nullable Response>> there =
        from.all(
            names.stream()
                .map(name -> Request.cmd(Command.EXISTS).arg(MovedKey.bytes(name)))
                .toList());
    List<MovedKey> gone = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Optional<MovedKey> key = mapping.map(names.get(i));
      if (key.isPresent() && number(key.get(), there.get(i), counts) == 0) {
        gone.add(key.get());
      }
    }
    List<Future<@Nullable Response>> removals =
        to.all(gone.stream().map(key -> Request.cmd(Command.UNLINK).arg(key.target())).toList());
    long removed = indexes.removeGone(names, counts);
    for (int i = 0; i < gone.size(); i++) {
      removed += Math.max(0, number(gone.get(i), removals.get(i), counts));
    }
    return removed;
  }

  /** Returns the number that Redis replied; -1, and counts the key as failed, for an error. */
  private static long number(
      MovedKey key, Future<@Nullable Response> reply, MigrationCounts counts) {
    if (reply.failed()) {
      counts.failed(key, RedisKeyCopy.reason(reply));
      return -1;
    }
    return Objects.requireNonNull(reply.result()).toLong();
  }
}
