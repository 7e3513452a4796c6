package io.aetherkeep.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Webhooks: events that the nodes deliver to URLs. */
public final class WebhookClient {

  private static final String WEBHOOKS = "webhooks";

  /** A test delivers before it answers. */
  private static final Duration TEST = Duration.ofSeconds(40);

  private final HttpSender sender;

  WebhookClient(HttpSender sender) {
    this.sender = sender;
  }

  /**
   * A webhook.
   *
   * @param secret verifies its signatures; only after its creation and its rotation
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

  /** A change of a webhook, or its creation; a null field stays as it is. */
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

  /** What a replay came to: how many events, and whether there are more. */
  public record Replayed(long events, boolean more) {}

  private record Listed(List<Webhook> items) {}

  private record Items(List<JsonNode> items, @Nullable String next) {}

  /** Creates a webhook; the answer has its secret. */
  public Webhook create(Definition definition) {
    return webhook(HttpCall.of("POST", WEBHOOKS).json(definition));
  }

  public List<Webhook> list() {
    return WireJson.read(sender.send(HttpCall.of("GET", WEBHOOKS)), Listed.class).items();
  }

  public Webhook find(String id) {
    return webhook(HttpCall.of("GET", WEBHOOKS, id));
  }

  public Webhook change(String id, Definition change) {
    return webhook(HttpCall.of("PATCH", WEBHOOKS, id).body("application/merge-patch+json", change));
  }

  public void remove(String id) {
    sender.send(HttpCall.of("DELETE", WEBHOOKS, id));
  }

  /** Gives it another secret; signatures of the old one accompany those of the new for a while. */
  public Webhook rotate(String id, @Nullable Duration overlap) {
    Map<String, Long> body =
        overlap == null ? Map.of() : Map.of("overlapSeconds", overlap.toSeconds());
    return webhook(HttpCall.of("POST", WEBHOOKS, id, "rotate").json(body));
  }

  /** Delivers an event of a test, and answers how that went. */
  public JsonNode test(String id) {
    return WireJson.read(sender.send(HttpCall.of("POST", WEBHOOKS, id, "test"), TEST));
  }

  /** The last attempts to deliver, the newest first. */
  public List<JsonNode> deliveries(String id) {
    HttpCall call = HttpCall.of("GET", WEBHOOKS, id, "deliveries");
    return WireJson.read(sender.send(call), Items.class).items();
  }

  /** Events whose delivery was given up. */
  public List<JsonNode> deadLetters(String id) {
    return CursorPages.all(
        HttpCall.of("GET", WEBHOOKS, id, "dead-letters"),
        call -> {
          Items page = WireJson.read(sender.send(call), Items.class);
          return new CursorPages.Page<>(page.items(), page.next());
        });
  }

  /** Delivers dead letters again, or all events since a time. */
  public Replayed replay(String id, @Nullable Instant since) {
    Map<String, String> body = since == null ? Map.of() : Map.of("since", since.toString());
    HttpCall call = HttpCall.of("POST", WEBHOOKS, id, "replay").json(body);
    return WireJson.read(sender.send(call), Replayed.class);
  }

  private Webhook webhook(HttpCall call) {
    return WireJson.read(sender.send(call), Webhook.class);
  }
}
