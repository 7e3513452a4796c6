package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks about the deliveries of a webhook: attempts, dead letters, replays. */
public final class DeliveryAsks {

  private DeliveryAsks() {}

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

  /** Lists the dead letters of an endpoint, oldest first. */
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

  /** Dead letter: an event whose delivery was given up. */
  public record DeadLetter(
      String message, String type, String subject, String at, @Nullable String problem) {}

  /**
   * Delivers events to an endpoint again.
   *
   * @param since a timestamp, for all events since then that the outbox holds; null for the dead
   *     letters, which are removed
   * @param cursor {@code next} of the previous page, which includes {@code since}; null for the
   *     first page
   */
  public record ReplayWebhook(
      String space, String id, @Nullable String since, @Nullable String cursor)
      implements Ask<WebhookReplayed> {
    public ReplayWebhook {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * A page of a replay.
   *
   * @param events the number of events to deliver
   * @param more whether there is a next page
   * @param next cursor of the next page; null on the last
   */
  public record WebhookReplayed(
      long events, boolean more, @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String next) {}
}
