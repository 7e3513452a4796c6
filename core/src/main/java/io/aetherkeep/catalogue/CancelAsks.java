package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks and events about the cancellation of work that a status describes. */
public final class CancelAsks {

  private CancelAsks() {}

  /**
   * Requests that the worker ends an attempt. The worker may refuse and complete it. A repeated
   * request changes nothing; fails with {@code status-final} if the attempt has ended.
   *
   * @param reason shown to the worker; up to 256 characters
   * @param attempt number of the attempt to cancel; without it the current one
   * @param terminate whether to terminate a Celery task that is already running
   */
  public record CancelStatus(
      String space,
      String kind,
      String id,
      @Nullable String reason,
      @Nullable Integer attempt,
      @Nullable Boolean terminate)
      implements Ask<StatusCancel> {

    public CancelStatus {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * Request to cancel an attempt.
   *
   * @param reason why; null if none was given
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record CancelRequest(@Nullable String reason, String requestedAt) {}

  /**
   * Result of a request to cancel.
   *
   * @param changed whether this is the first request of the attempt
   * @param offset offset of the request in the status's feed
   * @param workers number of Celery workers that received the revocation; absent without Celery
   */
  public record StatusCancel(
      boolean changed,
      int attempt,
      String offset,
      CancelRequest cancelRequested,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer workers) {

    public StatusCancel withWorkers(int count) {
      return new StatusCancel(changed, attempt, offset, cancelRequested, count);
    }
  }

  /** A client requested the worker to cancel an attempt; published once for each attempt. */
  public record StatusCancelRequested(
      String space,
      String kind,
      String id,
      int attempt,
      String offset,
      CancelRequest cancelRequested)
      implements Event {}
}
