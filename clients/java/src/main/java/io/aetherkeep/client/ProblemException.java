package io.aetherkeep.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Problem document (RFC 9457) that a node returned. */
public final class ProblemException extends AetherkeepException {
  private static final long serialVersionUID = 1;
  private static final int TOO_MANY = 429;
  private static final int SERVER_FAULTS = 500;

  private final int status;
  private final String codeText;
  private final boolean retry;
  private final @Nullable Duration retryAfter;
  private final @Nullable String requestId;

  private ProblemException(
      String message,
      int status,
      String codeText,
      boolean retry,
      @Nullable Duration retryAfter,
      @Nullable String requestId) {
    super(message);
    this.status = status;
    this.codeText = codeText;
    this.retry = retry;
    this.retryAfter = retryAfter;
    this.requestId = requestId;
  }

  static ProblemException of(int status, JsonNode problem, @Nullable Duration retryAfter) {
    String code = problem.path("code").asText("");
    String detail = problem.path("detail").asText(problem.path("title").asText(""));
    String message = (status == 0 ? "" : status + " ") + code + ": " + detail;
    boolean retry = problem.path("retry").asBoolean(status == TOO_MANY || status > SERVER_FAULTS);
    return new ProblemException(
        message, status, code, retry, retryAfter, problem.path("requestId").asText(null));
  }

  /** Creates a problem from a WebSocket frame, which has no status. */
  public static ProblemException ofFrame(JsonNode error) {
    return of(0, error, null);
  }

  /** The HTTP status; 0 for a problem on a WebSocket. */
  public int status() {
    return status;
  }

  public ProblemCode code() {
    return ProblemCode.of(codeText);
  }

  /** The code's text, also of a code that this client does not know. */
  public String codeText() {
    return codeText;
  }

  /** Whether the same call may succeed later. */
  public boolean retry() {
    return retry;
  }

  /** The pause before a retry; null if the node set none. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** The request's id in the node's log. */
  public @Nullable String requestId() {
    return requestId;
  }

  /**
   * Whether the call may be repeated: a call refused because of load was not executed, other failed
   * calls may have been.
   */
  @Override
  boolean mayRepeat(boolean idempotent) {
    boolean refused = status == TOO_MANY || code() == ProblemCode.NOT_SERVING;
    return refused || (retry && status >= SERVER_FAULTS && idempotent);
  }
}
