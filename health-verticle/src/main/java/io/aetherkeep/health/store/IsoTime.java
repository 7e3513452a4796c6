package io.aetherkeep.health.store;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/** Formatter of times as the other services write them: ISO 8601, always with milliseconds. */
public final class IsoTime {

  private static final DateTimeFormatter FORMAT =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private IsoTime() {}

  public static String format(Instant at) {
    return FORMAT.format(at);
  }
}
