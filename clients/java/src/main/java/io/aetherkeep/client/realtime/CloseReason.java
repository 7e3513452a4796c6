package io.aetherkeep.client.realtime;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reason of a WebSocket's close.
 *
 * @param code the close code; 1006 if the connection was lost
 */
public record CloseReason(int code, String reason) {

  static final int GOODBYE = 1000;
  static final int LOST = 1006;

  /** The reason if a node does not know the session or the ticket of a hello. */
  static final int UNKNOWN = 4504;

  /** The reason if a node refuses a ticket or a hello. */
  static final int REFUSED = 4505;

  private static final int RESTART = 1012;
  private static final int RATE_LIMITED = 4002;
  private static final int STAY_AWAY = 4500;
  private static final int END_OF_CODES = 5000;
  private static final Set<Integer> FOR_GOOD = Set.of(GOODBYE, 1002, 1003, 1007, 1009);
  private static final Pattern RESTART_IN = Pattern.compile("restart ([0-9]{1,6})");

  /** Whether the client must not reconnect. */
  public boolean isFinal() {
    return FOR_GOOD.contains(code) || (code >= STAY_AWAY && code < END_OF_CODES);
  }

  /** The delay before a reconnect, by the number of failed attempts; empty for never. */
  Optional<Duration> reconnectDelay(int attempt) {
    if (isFinal()) {
      return Optional.empty();
    }
    Matcher restart = RESTART_IN.matcher(reason);
    if (code == RESTART && attempt == 0 && restart.matches()) {
      return Optional.of(Duration.ofMillis(Long.parseLong(restart.group(1))));
    }
    double random = ThreadLocalRandom.current().nextDouble();
    if (code == RATE_LIMITED) {
      return Optional.of(Duration.ofMillis((long) (10_000 + random * 20_000)));
    }
    double longest = Math.min(30_000, Math.scalb(1000.0, Math.min(attempt, 5)));
    return Optional.of(Duration.ofMillis((long) (longest * (0.5 + random / 2))));
  }
}
