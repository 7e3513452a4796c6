package io.aetherkeep.bus;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Only exception that crosses the bus: a stable code with its kind, and a sentence for people.
 *
 * <p>Its message is the code, so that a caller without these classes can read it from a plain
 * {@link ReplyException}. The detail describes this request only: it contains no secret, no
 * document and no internals.
 */
public final class Failure extends ReplyException {

  private static final long serialVersionUID = 1;

  private final Code code;
  private final String detail;

  /** A concrete map, because an exception must be serializable. */
  private final LinkedHashMap<String, String> members;

  private Failure(Code code, String detail, Map<String, String> members) {
    super(ReplyFailure.RECIPIENT_FAILURE, code.kind().number(), code.text());
    this.code = code;
    this.detail = Objects.requireNonNull(detail);
    this.members = new LinkedHashMap<>(members);
  }

  public static Failure of(Code code, String detail) {
    return of(code, detail, Map.of());
  }

  /**
   * Creates a failure with extension members (RFC 9457), which clients need to proceed.
   *
   * @param members by their names in a problem document
   */
  public static Failure of(Code code, String detail, Map<String, String> members) {
    return new Failure(code, detail, members);
  }

  /** The failure for any throwable; one that is not a failure is a bug. */
  public static Failure from(Throwable thrown) {
    if (thrown instanceof Failure failure) {
      return failure;
    }
    if (thrown instanceof ReplyException reply) {
      return from(reply);
    }
    return of(Code.INTERNAL, "An unexpected error was logged");
  }

  private static Failure from(ReplyException reply) {
    return switch (reply.failureType()) {
      case TIMEOUT -> of(Code.DEADLINE_EXCEEDED, "No answer within the deadline");
      case NO_HANDLERS ->
          of(Code.NOT_SERVING, "This is not answered at the moment, such as while the node starts");
      case RECIPIENT_FAILURE ->
          of(
              Code.of(String.valueOf(reply.getMessage())).orElse(Code.INTERNAL),
              "The answering verticle refused");
      case ERROR -> of(Code.INTERNAL, "An unexpected error was logged");
    };
  }

  public Kind kind() {
    return code.kind();
  }

  public Code code() {
    return code;
  }

  public String detail() {
    return detail;
  }

  /** The extension members, by name. */
  public Map<String, String> members() {
    return Map.copyOf(members);
  }

  /** An extension member, or an empty string. */
  public String member(String name) {
    return members.getOrDefault(name, "");
  }
}
