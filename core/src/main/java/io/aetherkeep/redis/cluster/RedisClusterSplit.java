package io.aetherkeep.redis.cluster;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.redis.connection.RedisErrors;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.NumberType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Splitter of commands whose keys are in several slots: sends one command for each slot, all at
 * once, and joins the replies in the order of the keys. A command that cannot be split fails
 * unsent.
 */
final class RedisClusterSplit {

  /** Commands that reply with a count of keys. */
  private static final Set<String> COUNTING = Set.of("DEL", "EXISTS", "TOUCH", "UNLINK");

  private RedisClusterSplit() {}

  static Future<@Nullable Response> send(
      Request request, List<byte[]> keys, Function<Request, Future<@Nullable Response>> sender) {
    String name = String.valueOf(request.command()).toUpperCase(Locale.ROOT);
    if (!name.equals("MGET") && !COUNTING.contains(name)) {
      return Future.failedFuture(refusal(name, keys));
    }
    Map<Integer, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      places.computeIfAbsent(RedisSlots.of(keys.get(i)), first -> new ArrayList<>()).add(i);
    }
    Map<List<Integer>, Future<@Nullable Response>> parts = new LinkedHashMap<>();
    for (List<Integer> indexes : places.values()) {
      Request part = Request.cmd(request.command());
      indexes.forEach(place -> part.arg(keys.get(place)));
      parts.put(indexes, sender.apply(part));
    }
    return Future.all(List.copyOf(parts.values()))
        .map(done -> name.equals("MGET") ? inOrder(parts, keys.size()) : sum(parts));
  }

  /**
   * Explains the refusal: companion keys share a key's slot by hash tags, unless the id itself
   * contains braces.
   */
  private static Failure refusal(String command, List<byte[]> keys) {
    return new String(keys.get(0), StandardCharsets.UTF_8).indexOf('}') < 0
        ? RedisErrors.spansSlots(command)
        : Failure.of(
            Code.INVALID_ID, "An id holds a brace, which a Redis Cluster reads as a hash tag");
  }

  private static Response inOrder(Map<List<Integer>, Future<@Nullable Response>> parts, int size) {
    @Nullable Response[] all = new @Nullable Response[size];
    parts.forEach(
        (places, part) -> {
          Response values = Objects.requireNonNull(part.result());
          for (int i = 0; i < places.size(); i++) {
            all[places.get(i)] = values.get(i);
          }
        });
    MultiType reply = MultiType.create(size, false);
    for (Response value : all) {
      reply.add(value);
    }
    return reply;
  }

  private static Response sum(Map<List<Integer>, Future<@Nullable Response>> parts) {
    long sum = 0;
    for (Future<@Nullable Response> part : parts.values()) {
      sum += Objects.requireNonNull(part.result()).toLong();
    }
    return NumberType.create(sum);
  }
}
