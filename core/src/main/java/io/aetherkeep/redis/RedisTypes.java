package io.aetherkeep.redis;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.script.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Repair of keys that hold a value of a wrong type: names them, and removes those that only
 * Aetherkeep writes.
 */
public final class RedisTypes {

  private static final System.Logger LOG = System.getLogger(RedisTypes.class.getName());

  /** Checks the type again, because the key may have been repaired and rebuilt since. */
  private static final RedisScript REPAIR = RedisScript.repairing(RedisTypes.class, "repair.lua");

  private RedisTypes() {}

  /** Fails with the names and types of the keys of a wrong type. */
  static <T> Future<T> named(RedisLine line, Space space, List<String> keys) {
    return types(line, keys).compose(types -> Future.failedFuture(failure(space, keys, types)));
  }

  private static Failure failure(Space space, List<String> keys, List<String> types) {
    List<String> all = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      String key = keys.get(i);
      String type = types.get(i);
      String described = type.equals("none") ? key : key + " (" + type + ")";
      all.add(described);
      if (!type.equals("none")
          && keyspaces(space, key).noneMatch(k -> k.layout().redisType().equals(type))) {
        wrong.add(described);
      }
    }
    return Failure.of(
        Code.UNREADABLE_VALUE,
        "Redis holds a value of another type than expected at "
            + String.join(" or ", wrong.isEmpty() ? all : wrong));
  }

  private static Stream<Keyspace<?>> keyspaces(Space space, String key) {
    String own = key.startsWith(space.prefix()) ? key.substring(space.prefix().length()) : key;
    return Keyspaces.of(space).stream()
        .filter(keyspace -> keyspace.pattern().parse(own).isPresent());
  }

  /**
   * Removes values of a wrong type from keys that only Aetherkeep writes: their content is lost
   * already, and they are rebuilt. Answers whether any key was removed.
   */
  static Future<Boolean> removeMistypedOwn(RedisLine line, Space space, List<String> keys) {
    Map<String, List<String>> byType = new TreeMap<>();
    for (String key : keys) {
      keyspaces(space, key)
          .filter(Keyspaces.OWN::contains)
          .findFirst()
          .ifPresent(
              keyspace ->
                  byType
                      .computeIfAbsent(keyspace.layout().redisType(), type -> new ArrayList<>())
                      .add(key));
    }
    List<Future<Integer>> removing = new ArrayList<>();
    byType.forEach((type, some) -> removing.add(removed(line, type, some)));
    return Future.all(removing).map(done -> removing.stream().mapToInt(Future::result).sum() > 0);
  }

  private static Future<List<String>> types(RedisLine line, List<String> keys) {
    List<Future<String>> types =
        keys.stream()
            .map(key -> line.send(Request.cmd(Command.TYPE).arg(key)).map(String::valueOf))
            .toList();
    return Future.all(types).map(all -> types.stream().map(Future::result).toList());
  }

  /**
   * Runs an action on sorted sets that are own indexes. If some have a wrong type, removes these
   * and repeats the action, which rebuilds them.
   */
  public static <T> Future<T> healed(
      RedisLine line, List<String> indexes, Supplier<Future<T>> action) {
    return healed(line, "zset", indexes, action);
  }

  /** The same for keys of another type, as {@code TYPE} names it. */
  public static <T> Future<T> healed(
      RedisLine line, String type, List<String> indexes, Supplier<Future<T>> action) {
    return action
        .get()
        .recover(
            thrown ->
                Failure.from(thrown).code() == Code.UNREADABLE_VALUE
                    ? removed(line, type, indexes).compose(done -> line.repeat(action))
                    : Future.failedFuture(thrown));
  }

  /** A key with its last part hidden, which may be the id of a session or a user. */
  private static String withoutId(String key) {
    return key.substring(0, key.lastIndexOf(':') + 1) + "*";
  }

  private static Future<Integer> removed(RedisLine line, String type, List<String> indexes) {
    return types(line, indexes)
        .compose(
            types -> {
              List<Future<?>> removing = new ArrayList<>();
              for (int i = 0; i < types.size(); i++) {
                if (!types.get(i).equals(type) && !types.get(i).equals("none")) {
                  LOG.log(
                      System.Logger.Level.WARNING,
                      "A key {0} held a {1} instead of a {2}, and was removed",
                      withoutId(indexes.get(i)),
                      types.get(i),
                      type);
                  removing.add(line.run(REPAIR, RedisScript.call().key(indexes.get(i)).arg(type)));
                }
              }
              return Future.all(removing).map(removing.size());
            });
  }
}
