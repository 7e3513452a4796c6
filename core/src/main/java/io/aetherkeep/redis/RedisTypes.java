package io.aetherkeep.redis;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Keys that hold another type of value than they should: named, and removed where they index. */
public final class RedisTypes {

  private static final System.Logger LOG = System.getLogger(RedisTypes.class.getName());

  private RedisTypes() {}

  /** Fails with the names and the types of the keys that were used. */
  static <T> Future<T> named(RedisLine line, List<String> keys) {
    return types(line, keys)
        .compose(
            types -> {
              List<String> all = new ArrayList<>();
              for (int i = 0; i < keys.size(); i++) {
                if (!types.get(i).equals("none")) {
                  all.add(keys.get(i) + " (" + types.get(i) + ")");
                }
              }
              return Future.failedFuture(
                  Failure.of(
                      Code.UNREADABLE_VALUE,
                      "Redis holds a value of another type than expected at "
                          + String.join(" or ", all)));
            });
  }

  private static Future<List<String>> types(RedisLine line, List<String> keys) {
    List<Future<String>> types =
        keys.stream()
            .map(key -> line.send(Request.cmd(Command.TYPE).arg(key)).map(String::valueOf))
            .toList();
    return Future.all(types).map(all -> types.stream().map(Future::result).toList());
  }

  /**
   * Does what uses sorted sets that are indexes of ours. Where one of them turns out to hold
   * another type of value, it is removed first, for it fills itself again.
   */
  public static <T> Future<T> healed(
      RedisLine line, List<String> indexes, Supplier<Future<T>> action) {
    return healed(line, "zset", indexes, action);
  }

  /** The same of keys that hold another type, as {@code TYPE} has it. */
  public static <T> Future<T> healed(
      RedisLine line, String type, List<String> indexes, Supplier<Future<T>> action) {
    return action
        .get()
        .recover(
            thrown ->
                Failure.from(thrown).code() == Code.UNREADABLE_VALUE
                    ? removed(line, type, indexes).compose(done -> action.get())
                    : Future.failedFuture(thrown));
  }

  private static Future<?> removed(RedisLine line, String type, List<String> indexes) {
    return types(line, indexes)
        .compose(
            types -> {
              List<Future<?>> removing = new ArrayList<>();
              for (int i = 0; i < types.size(); i++) {
                if (!types.get(i).equals(type) && !types.get(i).equals("none")) {
                  LOG.log(
                      System.Logger.Level.WARNING,
                      "The key "
                          + indexes.get(i)
                          + " held a "
                          + types.get(i)
                          + " instead of a "
                          + type
                          + ", and was removed");
                  removing.add(line.send(Request.cmd(Command.UNLINK).arg(indexes.get(i))));
                }
              }
              return Future.all(removing);
            });
  }
}
