package io.aetherkeep.delivery;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Result of a delivery attempt.
 *
 * @param status the receiver's status, 0 without a response
 * @param body the first bytes of the response
 * @param retryAfter the receiver's {@code Retry-After}
 * @param problem the reason why there is no response; null if there is one
 */
public record SendResult(
    int status, Buffer body, @Nullable Duration retryAfter, @Nullable String problem) {

  static SendResult none(String problem) {
    return new SendResult(0, Buffer.buffer(), null, problem);
  }

  /** Whether the receiver accepted the message. */
  public boolean isTaken() {
    return status >= 200 && status < 300;
  }

  /** Whether the receiver answered 410 Gone. */
  public boolean isGone() {
    return status == 410;
  }

  /** A short description for logs and responses. */
  public String summary() {
    return problem == null ? "status " + status : problem;
  }
}
