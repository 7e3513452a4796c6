package io.aetherkeep.redis.connection;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Batch of reads: sends all reads of one turn of the event loop in one write. */
final class RedisReads {

  /** Limit of a batch: large enough to save nearly all writes, without delaying the first read. */
  private static final int LARGEST = 256;

  private final Context loop;
  private final Function<List<Request>, Future<List<@Nullable Response>>> sender;
  private List<Group> gathered = new ArrayList<>();
  private int size;

  RedisReads(Context loop, Function<List<Request>, Future<List<@Nullable Response>>> sender) {
    this.loop = loop;
    this.sender = sender;
  }

  /** Commands of one caller, and the promise of their replies. */
  private record Group(List<Request> requests, Promise<List<@Nullable Response>> answers) {}

  Future<List<@Nullable Response>> add(List<Request> requests) {
    Group group = new Group(requests, Promise.promise());
    gathered.add(group);
    size += requests.size();
    if (size >= LARGEST) {
      send();
    } else if (gathered.size() == 1) {
      loop.runOnContext(turn -> send());
    }
    return group.answers.future();
  }

  private void send() {
    if (gathered.isEmpty()) {
      return;
    }
    List<Group> groups = gathered;
    List<Request> all = new ArrayList<>(size);
    groups.forEach(group -> all.addAll(group.requests));
    gathered = new ArrayList<>();
    size = 0;
    sender
        .apply(all)
        .onComplete(answers -> distribute(groups, answers), thrown -> fail(groups, thrown));
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
      groups.forEach(group -> sender.apply(group.requests).onComplete(group.answers));
    }
  }
}
