package io.aetherkeep.lab.cluster;

import io.aetherkeep.redis.cluster.RedisSlots;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Client of the slots that a fault does not affect: writes and reads entries there during the
 * fault, at each node, and reports each request that is not answered within the deadline.
 */
final class UnaffectedSlots implements AutoCloseable {

  private static final Duration EVERY = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long DEADLINE_MILLIS = 1500;
  private static final int FEWEST = 50;
  private static final int MOST_COMPLAINTS = 10;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final List<String> urls;
  private final List<String> ids;
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final Thread thread = new Thread(this::ask, "unaffected-slots");
  private volatile boolean closed;

  UnaffectedSlots(List<String> urls, int... masters) {
    this.urls = List.copyOf(urls);
    this.ids = IntStream.range(0, 20).mapToObj(i -> id(i, masters)).toList();
    thread.setDaemon(true);
    thread.start();
  }

  /** An id whose entry is on one of the masters. */
  private static String id(int number, int... masters) {
    return IntStream.range(0, 10_000)
        .mapToObj(more -> "unaffected-" + number + "-" + more)
        .filter(id -> isOf(RedisSlots.of("cache:topic:" + id), masters))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isOf(int slot, int... masters) {
    return Arrays.stream(masters)
        .anyMatch(
            master ->
                slot >= RedisClusterBackend.firstSlot(master)
                    && slot < RedisClusterBackend.firstSlot(master + 1));
  }

  private void ask() {
    for (int i = 0; !closed; i++) {
      String url =
          urls.get(i % urls.size()) + "/api/v1/aethercast/caches/topic/" + ids.get(i % ids.size());
      ask(HttpRequest.newBuilder(URI.create(url)).PUT(BodyPublishers.ofString("{}")));
      ask(HttpRequest.newBuilder(URI.create(url)).GET());
      Waiting.pass(EVERY);
    }
  }

  private void ask(HttpRequest.Builder request) {
    long begun = System.nanoTime();
    HttpRequest whole =
        request.timeout(PATIENCE).header("Content-Type", "application/json").build();
    String answer;
    try {
      int status = http.send(whole, BodyHandlers.discarding()).statusCode();
      answer = status / 100 == 2 ? "" : "was answered " + status;
    } catch (IOException e) {
      answer = "failed: " + e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    long millis = (System.nanoTime() - begun) / 1_000_000;
    if (answer.isEmpty() && millis > DEADLINE_MILLIS) {
      answer = "took " + millis + " ms";
    }
    asked.incrementAndGet();
    if (!answer.isEmpty() && complaints.size() < MOST_COMPLAINTS) {
      complaints.add(whole.method() + " of an unaffected slot " + answer);
    }
  }

  /** Returns what was wrong; called after {@link #close}. */
  List<String> complaints() {
    List<String> all = new ArrayList<>(complaints);
    if (asked.get() < FEWEST) {
      all.add("the unaffected slots were asked " + asked + " times only");
    }
    return all;
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
