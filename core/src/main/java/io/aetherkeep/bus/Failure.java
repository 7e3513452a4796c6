package io.aetherkeep.bus;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The only exception that crosses the bus: a stable code, of a kind, with a sentence for people.
 *
 * <p>Its message is the code, so that a caller without our classes reads it from a plain {@link
 * ReplyException}. The detail names what is wrong with this request and holds no secret, no
 * document and nothing of the inside.
 */
public final class Failure extends ReplyException {

  private static final long serialVersionUID = 1;

  private final Code code;
  private final String detail;

  /** A serializable map, which an exception must have. */
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
   * A failure with extension members (RFC 9457) for programs: what they need to know to go on.
   *
   * @param members by their names in a problem document
   */
  public static Failure of(Code code, String detail, Map<String, String> members) {
    return new Failure(code, detail, members);
  }

  /** The failure that stands for whatever was thrown; one that is none of ours is a bug. */
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
      case NO_HANDLERS -> of(Code.NOT_SERVING, "Nobody answers this at the moment");
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

  /** An extension member; empty where the failure has none of this name. */
  public String member(String name) {
    return members.getOrDefault(name, "");
  }
}
