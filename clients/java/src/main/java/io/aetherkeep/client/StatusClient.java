package io.aetherkeep.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Client of statuses: the progress of jobs. */
public final class StatusClient {

  private static final long LONGEST_WAIT = 60;
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final int NOT_MODIFIED = 304;
  private static final int NO_CONTENT = 204;

  private final HttpSender sender;

  StatusClient(HttpSender sender) {
    this.sender = sender;
  }

  /**
   * Status.
   *
   * @param document its stored fields, including {@code status}
   */
  public record Status(JsonNode document, String version) {

    /** The status word, such as {@code queued}. */
    public String word() {
      return document.path("status").asText("");
    }
  }

  /**
   * Writes a status; fails with {@code status-final} or {@code status-behind} if it would go back.
   */
  public void put(String kind, String id, Object status) {
    put(kind, id, status, null);
  }

  /** Writes a status of a numbered attempt; a new attempt may follow an end. */
  public void put(String kind, String id, Object status, @Nullable Integer attempt) {
    sender.send(
        HttpCall.of("PUT", "status/{kind}/{id}", kind, id).query("attempt", attempt).json(status));
  }

  /**
   * Requests that the worker ends the current attempt; it may refuse.
   *
   * @param terminate whether a Celery task that runs already is terminated
   */
  public void cancel(String kind, String id, @Nullable String reason, boolean terminate) {
    Map<String, Object> what = new HashMap<>();
    if (reason != null) {
      what.put("reason", reason);
    }
    if (terminate) {
      what.put("terminate", true);
    }
    sender.send(HttpCall.of("POST", "status/{kind}/{id}/cancel", kind, id).json(what).again());
  }

  private record Page(List<JsonNode> items, @Nullable String next) {}

  /**
   * The documents of many statuses; those that do not exist are left out. Fails if one stays
   * unavailable.
   */
  public Map<String, JsonNode> findAll(String kind, Collection<String> ids) {
    return BulkRead.all(sender, HttpCall.of("GET", "status/{kind}", kind), ids);
  }

  /** The statuses in progress, as the node lists them. */
  public List<JsonNode> inProgress(String kind) {
    return CursorPages.all(
        HttpCall.of("GET", "status/{kind}", kind),
        call -> {
          Page page = WireJson.read(sender.send(call), Page.class);
          return new CursorPages.Page<>(page.items(), page.next());
        });
  }

  /** Reads a status; empty if there is none. */
  public Optional<Status> find(String kind, String id) {
    return found(() -> sender.send(HttpCall.of("GET", "status/{kind}/{id}", kind, id)));
  }

  /**
   * Waits for the next status after one that was read, by long poll; empty if none came in time.
   *
   * @param read null to wait for the first status, or get the current one
   */
  public Optional<Status> next(String kind, String id, @Nullable Status read, Duration wait) {
    long seconds = seconds(wait);
    return found(() -> sender.send(poll(kind, id, read, seconds), ANSWER.plusSeconds(seconds)));
  }

  /**
   * Waits until a status has one of these words; empty if it has none of them in time. It outlasts
   * restarts of nodes, and fails if the node cannot be reached at the end of that time.
   */
  public Optional<Status> await(String kind, String id, Set<String> words, Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    BooleanSupplier over = () -> System.nanoTime() - until >= 0;
    HttpCall current = HttpCall.of("GET", "status/{kind}/{id}", kind, id);
    Status last = found(() -> sender.sendOverOutages(current, ANSWER, over)).orElse(null);
    while (last == null || !words.contains(last.word())) {
      if (over.getAsBoolean()) {
        return Optional.empty();
      }
      long seconds = seconds(Duration.ofNanos(until - System.nanoTime()));
      HttpCall poll = poll(kind, id, last, seconds);
      Duration deadline = ANSWER.plusSeconds(seconds);
      last = found(() -> sender.sendOverOutages(poll, deadline, over)).orElse(last);
    }
    return Optional.of(last);
  }

  private static long seconds(Duration wait) {
    return Math.max(1, Math.min(wait.toSeconds(), LONGEST_WAIT));
  }

  /** An If-None-Match without a known version returns the current status. */
  private static HttpCall poll(String kind, String id, @Nullable Status read, long seconds) {
    String known = read == null ? "none" : read.version();
    return HttpCall.of("GET", "status/{kind}/{id}", kind, id)
        .query("wait", seconds)
        .header("If-None-Match", '"' + known + '"');
  }

  private static Optional<Status> found(Supplier<HttpResponse<byte[]>> sending) {
    try {
      HttpResponse<byte[]> answer = sending.get();
      boolean none = answer.statusCode() == NOT_MODIFIED || answer.statusCode() == NO_CONTENT;
      return none ? Optional.empty() : Optional.of(status(answer));
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.STATUS_UNKNOWN) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Status status(HttpResponse<byte[]> answer) {
    return new Status(WireJson.read(answer), WireJson.version(answer.headers()));
  }
}
