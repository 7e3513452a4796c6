package io.aetherkeep.redis.cluster;

import io.aetherkeep.redis.connection.RedisNode;
import io.aetherkeep.redis.connection.RedisRedirect;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Batch of reads, sent to all their masters at once and answered in order. */
final class RedisClusterReads {

  private final RedisClusterMasters masters;
  private final Function<Request, Future<@Nullable Response>> send;

  /**
   * Creates the reads of a route.
   *
   * @param send sends one command wherever its keys are, following redirects
   */
  RedisClusterReads(
      RedisClusterMasters masters, Function<Request, Future<@Nullable Response>> send) {
    this.masters = masters;
    this.send = send;
  }

  /** Sends the reads for one master in one write, and the rest one by one. */
  Future<List<@Nullable Response>> read(List<Request> requests) {
    RedisNode node = ownerOfAll(requests.get(0));
    for (int i = 1; node != null && i < requests.size(); i++) {
      node = ownerOfAll(requests.get(i)) == node ? node : null;
    }
    return node == null ? spread(requests) : read(node, requests);
  }

  private Future<List<@Nullable Response>> spread(List<Request> requests) {
    Map<RedisNode, List<Integer>> places = new LinkedHashMap<>();
    List<@Nullable Future<@Nullable Response>> answers = new ArrayList<>();
    for (Request request : requests) {
      RedisNode node = ownerOfAll(request);
      if (node != null) {
        places.computeIfAbsent(node, first -> new ArrayList<>()).add(answers.size());
      }
      answers.add(node == null ? send.apply(request) : null);
    }
    places.forEach(
        (node, indexes) -> {
          Future<List<@Nullable Response>> read =
              read(node, indexes.stream().map(requests::get).toList());
          for (int i = 0; i < indexes.size(); i++) {
            int place = i;
            answers.set(indexes.get(i), read.map(replies -> replies.get(place)));
          }
        });
    return all(answers.stream().map(Objects::requireNonNull).toList());
  }

  /** The node that has all keys of a command; null if there is none, or it is not connected yet. */
  private @Nullable RedisNode ownerOfAll(Request request) {
    List<byte[]> keys = CommandKeys.of(request);
    if (keys.isEmpty()) {
      return null;
    }
    int slot = RedisSlots.of(keys.get(0));
    for (int i = 1; i < keys.size(); i++) {
      if (RedisSlots.of(keys.get(i)) != slot) {
        return null;
      }
    }
    RedisNode node = masters.owner(slot);
    return node != null && node.opened().isComplete() ? node : null;
  }

  /**
   * Reads from one node; if one command is redirected, repeats all one by one, because they only
   * read.
   */
  private Future<List<@Nullable Response>> read(RedisNode node, List<Request> requests) {
    return node.read(requests)
        .recover(
            thrown ->
                thrown instanceof RedisRedirect
                    ? all(requests.stream().map(send).toList())
                    : Future.failedFuture(thrown));
  }

  private static Future<List<@Nullable Response>> all(List<Future<@Nullable Response>> answers) {
    return Future.all(answers).map(done -> answers.stream().map(Future::result).toList());
  }
}
