package io.aetherkeep.redis.connection;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Batch of reads: sends all reads of one turn of the event loop in one write, and more than may be
 * in flight in parts, one after another.
 */
final class RedisReads {

  /** Limit of a batch: large enough to save nearly all writes, without delaying the first read. */
  private static final int LARGEST = 256;

  private final Context loop;
  private final int mostInFlight;
  private final Function<List<Request>, Future<List<@Nullable Response>>> sender;
  private List<Group> gathered = new ArrayList<>();
  private int size;

  /**
   * Creates an empty batch.
   *
   * @param sender sends commands in one write
   */
  RedisReads(
      Context loop,
      int mostInFlight,
      Function<List<Request>, Future<List<@Nullable Response>>> sender) {
    this.loop = loop;
    this.mostInFlight = mostInFlight;
    this.sender = sender;
  }

  /** Commands of one caller, and the promise of their replies. */
  private record Group(List<Request> requests, Promise<List<@Nullable Response>> answers) {}

  /** Adds the reads of one caller to the batch of this turn. */
  Future<List<@Nullable Response>> add(List<Request> requests) {
    Group group = new Group(requests, Promise.promise());
    gathered.add(group);
    size += requests.size();
    if (size >= LARGEST) {
      sendBatch();
    } else if (gathered.size() == 1) {
      loop.runOnContext(turn -> sendBatch());
    }
    return group.answers.future();
  }

  private void sendBatch() {
    if (gathered.isEmpty()) {
      return;
    }
    List<Group> groups = gathered;
    List<Request> all = new ArrayList<>(size);
    groups.forEach(group -> all.addAll(group.requests));
    gathered = new ArrayList<>();
    size = 0;
    send(all).onComplete(answers -> distribute(groups, answers), thrown -> fail(groups, thrown));
  }

  /** Sends reads at once, without those of other callers. */
  Future<List<@Nullable Response>> send(List<Request> requests) {
    return requests.size() <= mostInFlight
        ? sender.apply(requests)
        : sender
            .apply(requests.subList(0, mostInFlight))
            .compose(
                first ->
                    send(requests.subList(mostInFlight, requests.size()))
                        .map(rest -> Stream.concat(first.stream(), rest.stream()).toList()));
  }

  private static void distribute(List<Group> groups, List<@Nullable Response> answers) {
    int next = 0;
    for (Group group : groups) {
      int end = next + group.requests.size();
      group.answers.tryComplete(answers.subList(next, end));
      next = end;
    }
  }

  /**
   * Fails the callers. If one error reply failed the batch, each caller's reads are repeated alone.
   */
  private void fail(List<Group> groups, Throwable thrown) {
    if (groups.size() == 1 || !RedisErrors.isOfOneCommand(thrown)) {
      groups.forEach(group -> group.answers.tryFail(thrown));
    } else {
      groups.forEach(group -> send(group.requests).onComplete(group.answers));
    }
  }
}
