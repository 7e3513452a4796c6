package io.aetherkeep.launcher.migrate;

import static io.aetherkeep.launcher.migrate.RedisValueType.ZSET;

import io.aetherkeep.launcher.migrate.KeyMapping.SpaceIndex;
import io.aetherkeep.launcher.migrate.RedisValueType.Part;
import io.aetherkeep.redis.connection.RedisErrors;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Merger of a space's indexes whose parts on a cluster are one key in the target. It copies and
 * compares their entries.
 */
final class RedisIndexMerge {

  private static final int PAGE = 500;

  private final RedisMigrationEndpoint from;
  private final RedisMigrationEndpoint to;
  private final List<SpaceIndex> indexes;

  RedisIndexMerge(
      RedisMigrationEndpoint from, RedisMigrationEndpoint to, List<SpaceIndex> indexes) {
    this.from = from;
    this.to = to;
    this.indexes = indexes;
  }

  void count(MigrationCounts counts, int prefix) {
    indexes.forEach(index -> existing(index, prefix, counts));
  }

  /**
   * Copies the entries that the target does not have, and removes those that no part has.
   *
   * @param prefix length of the source's prefix
   * @param writing receives the indexes before they are written
   */
  void merge(MigrationCounts counts, int prefix, Consumer<List<MovedKey>> writing) {
    for (SpaceIndex index : indexes) {
      List<String> sources = existing(index, prefix, counts);
      if (!sources.isEmpty()) {
        writing.accept(List.of(key(index)));
        reporting(
            index,
            counts,
            () -> {
              boolean added = add(index, sources);
              boolean removed = removeOthers(index, sources);
              counts.changed(added || removed ? 1 : 0);
            });
      }
    }
  }

  /** Removes written indexes that have no part any more. */
  long removeGone(List<String> names, MigrationCounts counts) {
    long[] removed = {0};
    for (SpaceIndex index : indexes) {
      if (names.contains(index.source()) && existing(index).isEmpty()) {
        reporting(
            index,
            counts,
            () -> removed[0] += number(to, Request.cmd(Command.UNLINK).arg(target(index))));
      }
    }
    return removed[0];
  }

  private static void reporting(SpaceIndex index, MigrationCounts counts, Runnable action) {
    try {
      action.run();
    } catch (RedisErrors.Refusal e) {
      counts.failed(key(index), e.reply());
    }
  }

  private static MovedKey key(SpaceIndex index) {
    return new MovedKey(index.source(), index.target());
  }

  private static byte[] target(SpaceIndex index) {
    return MovedKey.bytes(index.target());
  }

  private List<String> existing(SpaceIndex index, int prefix, MigrationCounts counts) {
    List<RedisValue> values = existing(index);
    values.forEach(
        value ->
            counts.found(
                KeyMapping.beginning(value.key().from().substring(prefix)), value.bytes()));
    return values.stream().map(value -> value.key().from()).toList();
  }

  /** Keys of the source with entries. Nodes delete those of another type. */
  private List<RedisValue> existing(SpaceIndex index) {
    List<MovedKey> keys =
        index.sources().stream().map(source -> new MovedKey(source, index.target())).toList();
    return RedisValue.describe(from, keys).stream()
        .filter(value -> value.type().equals(ZSET.name().toLowerCase(Locale.ROOT)))
        .toList();
  }

  /** Copies the entries that differ; answers whether there were any. */
  private boolean add(SpaceIndex index, List<String> sources) {
    boolean[] added = {false};
    for (String source : sources) {
      // Nodes move members from the one key to the parts, whose entries are newer.
      Predicate<Part> adding =
          source.equals(index.source()) ? page -> addNew(index, page) : page -> add(index, page);
      pages(from, MovedKey.bytes(source), page -> added[0] |= adding.test(page));
    }
    return added[0];
  }

  private boolean add(SpaceIndex index, Part page) {
    if (ZSET.holds(page, to.one(ZSET.look(target(index), page, PAGE)))) {
      return false;
    }
    to.one(ZSET.add(target(index), page));
    return true;
  }

  private boolean addNew(SpaceIndex index, Part page) {
    Request add = Request.cmd(Command.ZADD).arg(target(index)).arg("NX");
    for (int i = 0; i < page.elements().size(); i += 2) {
      add.arg(page.elements().get(i + 1)).arg(page.elements().get(i));
    }
    return number(to, add) > 0;
  }

  /** Removes the target's entries that no source has; answers whether there were any. */
  private boolean removeOthers(SpaceIndex index, List<String> sources) {
    long entries =
        sources.stream().mapToLong(source -> number(from, ZSET.size(MovedKey.bytes(source)))).sum();
    if (!sources.contains(index.source()) && number(to, ZSET.size(target(index))) == entries) {
      return false;
    }
    boolean[] removed = {false};
    pages(to, target(index), page -> removed[0] |= removeOthers(index, sources, page));
    return removed[0];
  }

  private boolean removeOthers(SpaceIndex index, List<String> sources, Part page) {
    List<byte[]> others = new ArrayList<>();
    for (int i = 0; i < page.elements().size(); i += 2) {
      others.add(page.elements().get(i));
    }
    for (String source : sources) {
      others = others.isEmpty() ? others : absent(source, others);
    }
    if (others.isEmpty()) {
      return false;
    }
    Request remove = Request.cmd(Command.ZREM).arg(target(index));
    others.forEach(remove::arg);
    return number(to, remove) > 0;
  }

  private List<byte[]> absent(String source, List<byte[]> members) {
    Request look = Request.cmd(Command.ZMSCORE).arg(MovedKey.bytes(source));
    members.forEach(look::arg);
    Response scores = Objects.requireNonNull(from.one(look));
    List<byte[]> absent = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      if (scores.get(i) == null) {
        absent.add(members.get(i));
      }
    }
    return absent;
  }

  private static void pages(RedisMigrationEndpoint side, byte[] key, Consumer<Part> reader) {
    for (String at = "0"; at != null; ) {
      Part page = ZSET.part(at, PAGE, side.one(ZSET.part(key, at, PAGE)));
      if (!page.elements().isEmpty()) {
        reader.accept(page);
      }
      at = page.next();
    }
  }

  private static long number(RedisMigrationEndpoint side, Request request) {
    return Objects.requireNonNull(side.one(request)).toLong();
  }
}
