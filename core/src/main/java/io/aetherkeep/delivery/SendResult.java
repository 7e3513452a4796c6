package io.aetherkeep.delivery;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of one attempt to deliver.
 *
 * @param status the receiver's, 0 where it did not answer
 * @param body the beginning of what it answered
 * @param retryAfter how long it asks to wait, if it does
 * @param problem why there is no answer; null where there is one
 */
public record SendResult(
    int status, Buffer body, @Nullable Duration retryAfter, @Nullable String problem) {

  static SendResult none(String problem) {
    return new SendResult(0, Buffer.buffer(), null, problem);
  }

  /** Whether the receiver has taken the message. */
  public boolean isTaken() {
    return status >= 200 && status < 300;
  }

  /** Whether the receiver wants no messages any more. */
  public boolean isGone() {
    return status == 410;
  }

  /** In a few words, for logs and answers. */
  public String summary() {
    return problem == null ? "status " + status : problem;
  }
}
