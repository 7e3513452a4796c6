package io.aetherkeep.stream.store;

import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Group commit of appends: one script call for all appends of one event-loop turn, which saves most
 * of the cost of an append. Each append is answered separately.
 */
final class RedisGroupCommit {

  /** Limit of a group, because Redis is blocked while it runs. */
  private static final int MOST = 64;

  private static final int MOST_BYTES = 1 << 18;

  private final RedisLine line;
  private final RedisScript script;
  private final Function<String, RedisScript.Call> common;
  private List<Append> gathered = new ArrayList<>();
  private int bytes;

  /**
   * Creates a group commit.
   *
   * @param common builds the first part of the call, from the stream of the first append
   */
  RedisGroupCommit(RedisLine line, RedisScript script, Function<String, RedisScript.Call> common) {
    this.line = line;
    this.script = script;
    this.common = common;
  }

  private record Append(String stream, RedisScript.Call call, Promise<@Nullable Response> answer) {}

  /** Adds an append; completes when its group is committed. */
  Future<@Nullable Response> add(String stream, RedisScript.Call call, int length) {
    if (!line.isBatching()) {
      return runAlone(stream, call);
    }
    Append append = new Append(stream, call, Promise.promise());
    gathered.add(append);
    bytes += length;
    if (gathered.size() == MOST || bytes >= MOST_BYTES) {
      commit();
    } else if (gathered.size() == 1) {
      line.afterTurn(this::commit);
    }
    return append.answer.future();
  }

  private Future<@Nullable Response> runAlone(String stream, RedisScript.Call call) {
    return line.run(script, common.apply(stream).with(call))
        .map(answers -> Objects.requireNonNull(answers).get(0));
  }

  private void commit() {
    if (gathered.isEmpty()) {
      return;
    }
    List<Append> group = gathered;
    gathered = new ArrayList<>();
    bytes = 0;
    // Sorts by stream, because the script loads each stream once; appends to a stream stay in
    // order.
    group.sort(Comparator.comparing(Append::stream));
    if (line.isCluster()) {
      byStream(group).forEach(this::run);
    } else {
      run(group);
    }
  }

  /** Splits a group by stream, because a script on a cluster can reach only one slot. */
  private static Collection<List<Append>> byStream(List<Append> group) {
    return group.stream()
        .collect(Collectors.groupingBy(Append::stream, LinkedHashMap::new, Collectors.toList()))
        .values();
  }

  private void run(List<Append> group) {
    RedisScript.Call all = common.apply(group.get(0).stream);
    group.forEach(append -> all.with(append.call));
    line.run(script, all)
        .onComplete(
            answers -> answerEach(group, Objects.requireNonNull(answers)),
            thrown -> group.forEach(append -> append.answer.fail(thrown)));
  }

  private void answerEach(List<Append> group, Response answers) {
    for (int i = 0; i < group.size(); i++) {
      Append append = group.get(i);
      Response answer = answers.get(i);
      if (answer.type() == ResponseType.MULTI && answer.get(0).toString().equals("failed")) {
        runAlone(append.stream, append.call).onComplete(append.answer);
      } else {
        append.answer.complete(answer);
      }
    }
  }
}
