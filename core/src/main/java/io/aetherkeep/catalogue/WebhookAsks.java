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

    /** The type with a name. */
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
   * Creates an endpoint. Only the answer contains its secret, which cannot be read later.
   *
   * @param events the types that it receives
   * @param format null for {@link WebhookFormat#STANDARD}
   * @param credential token for the API of an edge cache; no answer contains it
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
   * @param bySettings whether the settings declare it; then only they can change it
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

  /** Deletes an endpoint and the events that wait for it. */
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
   * @param overlapSeconds time in which messages are signed with the old one too; null for a day
   */
  public record RotateWebhookSecret(String space, String id, @Nullable Long overlapSeconds)
      implements Ask<Webhook> {
    public RotateWebhookSecret {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /** Reads the state of a space's webhooks, and this node's counters. */
  public record ReadWebhookStats(String space) implements Ask<WebhookStats> {
    public ReadWebhookStats {
      Objects.requireNonNull(space, "space");
    }
  }

  /**
   * State of a space's webhooks.
   *
   * @param disabled endpoints that are disabled
   * @param delivered messages of this node that receivers accepted
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
