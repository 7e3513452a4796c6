package io.aetherkeep.router.realtime;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.Locale;

/**
 * WebSocket close code: after 4000 to 4499 the client should reconnect, after 4500 to 4999 it
 * should not.
 *
 * <p>The client receives the number, and the name as the reason.
 */
public enum CloseCode {
  GOODBYE(1000, "the client closed it", Again.NO),
  PROTOCOL_ERROR(1002, "a frame broke RFC 6455: opcode, mask, length, order, close code", Again.NO),
  BINARY(1003, "the client sent a binary frame; only JSON in text frames is supported", Again.NO),
  NOT_UTF_8(1007, "a text message or a close reason was not UTF-8", Again.NO),
  TOO_LARGE(1009, "a message was longer than 64 KiB", Again.NO),
  RESTART(
      1012,
      "the node is shutting down; the close reason contains the delay before a reconnect",
      Again.AS_SAID),
  SLOW_READER(4000, "too much data was pending, because the client did not read", Again.SOON),
  NO_HEARTBEAT(4001, "the client sent neither a message nor a pong in time", Again.SOON),
  RATE_LIMITED(4002, "the client continued to send too fast after a warning", Again.LATER),
  HELLO_TIMEOUT(4003, "the client sent no valid hello in time", Again.SOON),
  CREDENTIAL_EXPIRED(4004, "the credential has expired; reconnect with a new one", Again.SOON),
  SESSION_ENDED(4500, "the session was ended: a logout", Again.NO),
  SESSION_EXPIRED(4501, "the session was not used for its lifetime", Again.NO),
  SESSION_ROTATED(4502, "the session has a new id; open a new socket with it", Again.NO),
  SESSION_REPLACED(4503, "the user opened more sessions than the limit allows", Again.NO),
  SESSION_UNKNOWN(4504, "the session or the ticket is unknown, or the ticket was used", Again.NO),
  REFUSED(4505, "the hello is invalid or forbidden, and a retry would not help", Again.NO),
  PROTOCOL(4506, "the client sent too many invalid frames", Again.NO),
  CREDENTIAL_REVOKED(4507, "the credential was revoked", Again.NO);

  /** Advice whether and when to reconnect. */
  public enum Again {
    NO("no", ""),
    SOON("yes", "0.5 to 1 s, doubling up to 30 s"),
    LATER("yes", "10 to 30 s"),
    AS_SAID("yes", "as in the reason: `restart 1234` is 1,234 ms");

    private final String answer;
    private final String after;

    Again(String answer, String after) {
      this.answer = answer;
      this.after = after;
    }

    public String answer() {
      return answer;
    }

    public String after() {
      return after;
    }
  }

  private final short number;
  private final String meaning;
  private final Again again;

  CloseCode(int number, String meaning, Again again) {
    this.number = (short) number;
    this.meaning = meaning;
    this.again = again;
  }

  public short number() {
    return number;
  }

  public String meaning() {
    return meaning;
  }

  public Again again() {
    return again;
  }

  /** Returns the close code for a frame that Netty's decoder rejects. */
  static CloseCode of(CorruptedWebSocketFrameException broken) {
    return switch (broken.closeStatus().code()) {
      case 1007 -> NOT_UTF_8;
      case 1009 -> TOO_LARGE;
      default -> PROTOCOL_ERROR;
    };
  }

  /**
   * Whether a peer may send this code: RFC 6455 reserves the rest, and the registry ends at 4999.
   */
  static boolean isSent(int number) {
    return WebSocketCloseStatus.isValidStatusCode(number) && number < 5000;
  }

  /**
   * Returns the close code for an ended credential. A revoked key is final; a client that used a
   * ticket may get another one.
   */
  static CloseCode of(Failure end, boolean byTicket) {
    boolean revoked = end.code() == Code.BAD_CREDENTIALS && !byTicket;
    return revoked ? CREDENTIAL_REVOKED : CREDENTIAL_EXPIRED;
  }

  /** Whether the session has ended, so that the socket need not leave it. */
  boolean isEndOfSession() {
    return switch (this) {
      case SESSION_ENDED, SESSION_EXPIRED, SESSION_ROTATED, SESSION_REPLACED, SESSION_UNKNOWN ->
          true;
      default -> false;
    };
  }

  public String reason() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
