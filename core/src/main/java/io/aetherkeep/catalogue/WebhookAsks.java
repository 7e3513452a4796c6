package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.aetherkeep.bus.Ask;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Asks of the webhook verticle. */
public final class WebhookAsks {

  private WebhookAsks() {}

  /** Type of events that an endpoint may receive. */
  public enum WebhookEvent {
    STATUS_CHANGED,
    SESSION_OPENED,
    SESSION_ENDED,
    SESSION_EXPIRED,
    PLAYBACK_CHANGED,
    PRESENCE_OFFLINE,
    CONFIG_CHANGED,
    PROVIDER_HEALTH_CHANGED,
    CACHE_INVALIDATED;

    /** The name in messages and in the outbox: {@code status-changed}. */
    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The type of a name. */
    public static Optional<WebhookEvent> of(String text) {
      return Stream.of(values()).filter(type -> type.text().equals(text)).findFirst();
    }

    /** The names of all types. */
    public static Set<String> all() {
      return Stream.of(values()).map(WebhookEvent::text).collect(Collectors.toUnmodifiableSet());
    }
  }

  /** Form of the requests that an endpoint receives. */
  public enum WebhookFormat {
    /** Signed messages by the rules of Standard Webhooks. */
    STANDARD,
    /** Purges of surrogate keys by Fastly's API. */
    FASTLY,
    /** Purges of cache tags by Cloudflare's API. */
    CLOUDFLARE,
    /** Purges by Varnish's xkey module. */
    VARNISH;

    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Creates an endpoint. Its secret is answered here, and never again.
   *
   * @param events the types that it receives
   * @param format null for {@link WebhookFormat#STANDARD}
   * @param credential the token that an edge's API wants; never answered
   */
  public record CreateWebhook(
      String space,
      String url,
      List<WebhookEvent> events,
      @Nullable String description,
      @Nullable WebhookFormat format,
      @Nullable String credential)
      implements Ask<Webhook> {
    public CreateWebhook {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(url, "url");
      Objects.requireNonNull(events, "events");
      events = List.copyOf(events);
    }

    @Override
    public String toString() {
      return "CreateWebhook[space=" + space + ", events=" + events + "]";
    }
  }

  /**
   * An endpoint.
   *
   * @param disabledReason why it is disabled, if not by a client
   * @param bySettings whether the settings declare it, which alone may change it then
   * @param backlog events that wait for their delivery
   * @param deadLetters events that were given up
   * @param dropped events that it will never receive, because the outbox was full
   * @param secret only in the answers of creation and rotation
   */
  public record Webhook(
      String id,
      String url,
      List<WebhookEvent> events,
      @Nullable String description,
      WebhookFormat format,
      boolean enabled,
      @Nullable String disabledReason,
      boolean bySettings,
      String createdAt,
      long backlog,
      long deadLetters,
      long dropped,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String secret) {
    public Webhook {
      events = List.copyOf(events);
    }

    @Override
    public String toString() {
      return "Webhook[id=" + id + "]";
    }
  }

  /** Lists the endpoints of a space. */
  public record ListWebhooks(String space) implements Ask<WebhookList> {
    public ListWebhooks {
      Objects.requireNonNull(space, "space");
    }
  }

  /**
   * Endpoints, oldest first.
   *
   * @param next always null: all are in one answer
   */
  public record WebhookList(
      List<Webhook> items, @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String next) {
    public WebhookList {
      items = List.copyOf(items);
    }
  }

  /** Reads an endpoint; fails with {@code webhook-unknown}. */
  public record ReadWebhook(String space, String id) implements Ask<Webhook> {
    public ReadWebhook {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * Changes an endpoint; null fields keep their values. An enabled endpoint resumes where it was
   * disabled.
   */
  public record ChangeWebhook(
      String space,
      String id,
      @Nullable String url,
      @Nullable List<WebhookEvent> events,
      @Nullable String description,
      @Nullable Boolean enabled,
      @Nullable String credential)
      implements Ask<Webhook> {
    public ChangeWebhook {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
      events = events == null ? null : List.copyOf(events);
    }

    @Override
    public String toString() {
      return "ChangeWebhook[space=" + space + ", id=" + id + "]";
    }
  }

  /** Deletes an endpoint, with what waits for it. */
  public record DeleteWebhook(String space, String id) implements Ask<WebhookDeleted> {
    public DeleteWebhook {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /** Whether there was such an endpoint. */
  public record WebhookDeleted(boolean deleted) {}

  /**
   * Gives an endpoint a new secret.
   *
   * @param overlapSeconds for how long messages are signed with the old one too; null for a day
   */
  public record RotateWebhookSecret(String space, String id, @Nullable Long overlapSeconds)
      implements Ask<Webhook> {
    public RotateWebhookSecret {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /** Sends a test message to an endpoint, once. */
  public record TestWebhook(String space, String id) implements Ask<WebhookAttempt> {
    public TestWebhook {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * One delivery attempt.
   *
   * @param message the message's id, which the receiver gets in {@code webhook-id}
   * @param result {@code delivered}, {@code failed} or {@code given-up}
   * @param status the receiver's HTTP status; 0 without a response
   */
  public record WebhookAttempt(
      String at,
      String message,
      String type,
      String subject,
      int attempt,
      String result,
      int status,
      @Nullable String problem,
      long millis) {}

  /** Lists the latest attempts of an endpoint, newest first. */
  public record ListWebhookAttempts(String space, String id) implements Ask<WebhookAttempts> {
    public ListWebhookAttempts {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /** Attempts, newest first. */
  public record WebhookAttempts(
      List<WebhookAttempt> items, @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String next) {
    public WebhookAttempts {
      items = List.copyOf(items);
    }
  }

  /** Lists the events that were given up for an endpoint, oldest first. */
  public record ListDeadLetters(
      String space, String id, @Nullable String cursor, @Nullable Integer limit)
      implements Ask<DeadLetters> {
    public ListDeadLetters {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /** A page of dead letters. */
  public record DeadLetters(
      List<DeadLetter> items, @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String next) {
    public DeadLetters {
      items = List.copyOf(items);
    }
  }

  /** An event that was given up. */
  public record DeadLetter(
      String message, String type, String subject, String at, @Nullable String problem) {}

  /**
   * Delivers events to an endpoint again.
   *
   * @param since a timestamp, for all events since then that the outbox holds; null for the dead
   *     letters, which are removed
   */
  public record ReplayWebhook(String space, String id, @Nullable String since)
      implements Ask<WebhookReplayed> {
    public ReplayWebhook {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * Result of a replay.
   *
   * @param more whether there are more, for another replay
   */
  public record WebhookReplayed(long events, boolean more) {}

  /** Reads the state of a space's webhooks, and this node's counters. */
  public record ReadWebhookStats(String space) implements Ask<WebhookStats> {
    public ReadWebhookStats {
      Objects.requireNonNull(space, "space");
    }
  }

  /**
   * State of a space's webhooks.
   *
   * @param disabled endpoints that get nothing
   * @param delivered messages that receivers took from this node
   * @param failed attempts of this node that failed
   * @param givenUp events that this node gave up
   */
  public record WebhookStats(
      String space,
      long endpoints,
      long disabled,
      long backlog,
      long deadLetters,
      long dropped,
      long delivered,
      long failed,
      long givenUp) {}
}
