package io.aetherkeep.redis.store;

import io.aetherkeep.redis.RedisLine;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Batch of commands on shared keys, such as indexes: the items that requests add for a key in one
 * turn of an event loop are sent in one command, which all of them wait for.
 *
 * @param <T> type of an item that one request adds
 * @param <R> type of the command's result
 */
public final class RedisTurnBatch<T, R> {

  /** Limit of a batch, which bounds the time for which its command blocks Redis. */
  private static final int LARGEST = 256;

  private final RedisLine line;
  private final BiFunction<String, List<T>, Future<R>> command;
  private final Map<String, Group<T, R>> gathered = new HashMap<>();

  /**
   * Creates a batch for the event loop of a line.
   *
   * @param command sends the command of a key for all added items
   */
  public RedisTurnBatch(RedisLine line, BiFunction<String, List<T>, Future<R>> command) {
    this.line = line;
    this.command = command;
  }

  private record Group<T, R>(List<T> added, Promise<R> result) {}

  /** Adds to the batch of a key; answers the result of its command. */
  public Future<R> add(String key, T item) {
    if (!line.isOnOwnLoop()) {
      return command.apply(key, List.of(item));
    }
    Group<T, R> group = gathered.get(key);
    if (group == null) {
      group = new Group<>(new ArrayList<>(), Promise.promise());
      gathered.put(key, group);
      line.afterTurn(() -> send(key));
    }
    group.added.add(item);
    if (group.added.size() == LARGEST) {
      send(key);
    }
    return group.result.future();
  }

  private void send(String key) {
    Group<T, R> group = gathered.remove(key);
    if (group != null) {
      command.apply(key, group.added).onComplete(group.result);
    }
  }
}
