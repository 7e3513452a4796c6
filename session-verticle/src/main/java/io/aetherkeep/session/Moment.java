package io.aetherkeep.session;

import io.aetherkeep.keyspace.Document;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A point in time, and how the system writes it that wrote it: a write of ours keeps to that.
 *
 * @param style how it is written
 */
record Moment(Instant at, Style style) {

  /** The ways in which systems write times. */
  enum Style {
    /** Python's {@code utcnow().isoformat()}: microseconds, and no zone. */
    NAIVE,
    /** JavaScript's {@code toISOString()}: milliseconds and a Z. */
    ZULU,
    /** Seconds since 1970, with a fraction. */
    SECONDS,
    /** Milliseconds since 1970. */
    MILLIS
  }

  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  private static final DateTimeFormatter THOUSANDTHS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  /** From here on a number counts milliseconds: as seconds it would be in the year 5138. */
  private static final BigDecimal LEAST_MILLIS = new BigDecimal("100000000000");

  /** What is written there, or nothing if it is no time. */
  static @Nullable Moment read(@Nullable String text, boolean quoted) {
    if (text == null || text.length() > 40) {
      return null;
    }
    try {
      return quoted ? ofText(text) : ofNumber(new BigDecimal(text));
    } catch (DateTimeException | NumberFormatException | ArithmeticException e) {
      return null;
    }
  }

  private static Moment ofText(String text) {
    int zone = Math.max(text.indexOf('+'), Math.max(text.indexOf('Z'), text.lastIndexOf('-')));
    if (zone > "2026-11-21".length()) {
      return new Moment(OffsetDateTime.parse(text).toInstant(), Style.ZULU);
    }
    String iso = text.replace(' ', 'T');
    return new Moment(LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC), Style.NAIVE);
  }

  private static Moment ofNumber(BigDecimal number) {
    if (number.abs().compareTo(LEAST_MILLIS) >= 0) {
      return new Moment(Instant.ofEpochMilli(number.longValue()), Style.MILLIS);
    }
    BigDecimal micros = number.movePointRight(6).setScale(0, RoundingMode.DOWN);
    return new Moment(
        Instant.EPOCH.plus(micros.longValueExact(), ChronoUnit.MICROS), Style.SECONDS);
  }

  /** The same style for another time. */
  Moment at(Instant other) {
    return new Moment(other, style);
  }

  /** What our clients see, whatever the system's own style. */
  static String iso(Instant at) {
    return THOUSANDTHS.format(at);
  }

  String iso() {
    return iso(at);
  }

  String text() {
    return switch (style) {
      case NAIVE -> MICROS.format(at);
      case ZULU -> THOUSANDTHS.format(at);
      case SECONDS -> BigDecimal.valueOf(at.toEpochMilli(), 3).toPlainString();
      case MILLIS -> Long.toString(at.toEpochMilli());
    };
  }

  Document json() {
    return style == Style.NAIVE || style == Style.ZULU
        ? Document.ofText(text())
        : Document.of(text());
  }
}
