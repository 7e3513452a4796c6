package io.aetherkeep.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Client of webhooks: events that the nodes deliver to URLs. */
public final class WebhookClient {

  /** Deadline of a test, which responds after its delivery. */
  private static final Duration TEST = Duration.ofSeconds(40);

  private final HttpSender sender;

  WebhookClient(HttpSender sender) {
    this.sender = sender;
  }

  /**
   * Webhook.
   *
   * @param secret key that verifies its signatures; only in the result of a creation or a rotation
   */
  public record Webhook(
      String id,
      String url,
      List<String> events,
      @Nullable String description,
      String format,
      boolean enabled,
      @Nullable String disabledReason,
      boolean bySettings,
      String createdAt,
      long backlog,
      long deadLetters,
      long dropped,
      @Nullable String secret) {}

  /** Creation or change of a webhook; in a change, a null field keeps its value. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Definition(
      @Nullable String url,
      @Nullable List<String> events,
      @Nullable String description,
      @Nullable String format,
      @Nullable Boolean enabled,
      @Nullable String credential) {

    public static Definition of(String url, String... events) {
      return new Definition(url, List.of(events), null, null, null, null);
    }

    /** Switches deliveries on or off. */
    public static Definition enabled(boolean enabled) {
      return new Definition(null, null, null, null, enabled, null);
    }
  }

  /**
   * A page of a replay: the number of events, and whether there are more.
   *
   * @param next cursor of the next page; null on the last
   */
  public record Replayed(long events, boolean more, @Nullable String next) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Replay(@Nullable String since, @Nullable String cursor) {}

  private record Listed(List<Webhook> items) {}

  private record Items(List<JsonNode> items, @Nullable String next) {}

  /** Creates a webhook; the result has its secret. */
  public Webhook create(Definition definition) {
    return webhook(HttpCall.of("POST", "webhooks").json(definition));
  }

  public List<Webhook> list() {
    return WireJson.read(sender.send(HttpCall.of("GET", "webhooks")), Listed.class).items();
  }

  public Webhook find(String id) {
    return webhook(HttpCall.of("GET", "webhooks/{id}", id));
  }

  public Webhook change(String id, Definition change) {
    return webhook(
        HttpCall.of("PATCH", "webhooks/{id}", id).body("application/merge-patch+json", change));
  }

  /** Deletes a webhook, whether it exists or not. */
  public void remove(String id) {
    try {
      sender.send(HttpCall.of("DELETE", "webhooks/{id}", id));
    } catch (ProblemException e) {
      if (e.code() != ProblemCode.WEBHOOK_UNKNOWN) {
        throw e;
      }
    }
  }

  /** Replaces the secret; during the overlap, deliveries are signed with both secrets. */
  public Webhook rotate(String id, @Nullable Duration overlap) {
    Map<String, Long> body =
        overlap == null ? Map.of() : Map.of("overlapSeconds", overlap.toSeconds());
    return webhook(HttpCall.of("POST", "webhooks/{id}/rotate", id).json(body));
  }

  /** Delivers a test event; returns the result. */
  public JsonNode test(String id) {
    return WireJson.read(sender.send(HttpCall.of("POST", "webhooks/{id}/test", id), TEST));
  }

  /** The last attempts to deliver, the newest first. */
  public List<JsonNode> deliveries(String id) {
    HttpCall call = HttpCall.of("GET", "webhooks/{id}/deliveries", id);
    return WireJson.read(sender.send(call), Items.class).items();
  }

  /** Events whose delivery was given up. */
  public List<JsonNode> deadLetters(String id) {
    return CursorPages.all(
        HttpCall.of("GET", "webhooks/{id}/dead-letters", id),
        call -> {
          Items page = WireJson.read(sender.send(call), Items.class);
          return new CursorPages.Page<>(page.items(), page.next());
        });
  }

  /** Delivers dead letters again, or all events since a time: at most 1,000, the first page. */
  public Replayed replay(String id, @Nullable Instant since) {
    return page(id, new Replay(since == null ? null : since.toString(), null));
  }

  /** Continues a replay with the page of a cursor, the {@code next} of the previous page. */
  public Replayed replayNext(String id, String cursor) {
    return page(id, new Replay(null, cursor));
  }

  private Replayed page(String id, Replay replay) {
    HttpCall call = HttpCall.of("POST", "webhooks/{id}/replay", id).json(replay);
    return WireJson.read(sender.send(call), Replayed.class);
  }

  private Webhook webhook(HttpCall call) {
    return WireJson.read(sender.send(call), Webhook.class);
  }
}
