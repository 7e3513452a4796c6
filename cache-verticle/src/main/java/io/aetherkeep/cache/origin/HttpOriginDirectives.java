package io.aetherkeep.cache.origin;

import io.aetherkeep.catalogue.OriginAsks.Loaded;
import io.aetherkeep.document.Document;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cache-Control directives of an origin's answer, as a shared cache reads them (RFC 9111, RFC
 * 5861).
 */
final class HttpOriginDirectives {

  private static final long LONGEST = Duration.ofDays(365).toSeconds();

  private final Map<String, String> values = new HashMap<>();
  private final long age;

  private HttpOriginDirectives(MultiMap headers) {
    for (String header : headers.getAll(HttpHeaders.CACHE_CONTROL)) {
      for (String part : header.split(",", -1)) {
        String[] directive = part.split("=", 2);
        values.putIfAbsent(
            directive[0].strip().toLowerCase(Locale.ROOT),
            directive.length == 1 ? "" : directive[1].strip());
      }
    }
    this.age = seconds(headers.get(HttpHeaders.AGE));
  }

  /** Applies the directives of an answer to its value. */
  static Loaded loaded(MultiMap headers, Document value) {
    return new HttpOriginDirectives(headers).loaded(value);
  }

  private Loaded loaded(Document value) {
    if (has("no-store") || has("private")) {
      return new Loaded(value, 0L, 0L, 0L);
    }
    boolean strict = has("must-revalidate") || has("proxy-revalidate");
    return new Loaded(
        value,
        has("no-cache") ? Long.valueOf(0) : lifetime(),
        strict ? Long.valueOf(0) : seconds("stale-while-revalidate", 0),
        strict ? Long.valueOf(0) : seconds("stale-if-error", 0));
  }

  /**
   * Whether a directive is set. One that names fields, {@code private="x"}, concerns those fields
   * and not the value.
   */
  private boolean has(String directive) {
    return "".equals(values.get(directive));
  }

  private @Nullable Long lifetime() {
    return seconds(values.containsKey("s-maxage") ? "s-maxage" : "max-age", age);
  }

  private @Nullable Long seconds(String directive, long less) {
    String value = values.get(directive);
    return value == null ? null : Long.valueOf(Math.max(0, seconds(value) - less));
  }

  /** Parses delta-seconds; anything else counts as expired. */
  private static long seconds(@Nullable String value) {
    String digits = value == null ? "" : value.replace("\"", "");
    if (!digits.matches("[0-9]+")) {
      return 0;
    }
    return digits.length() > 9 ? LONGEST : Math.min(LONGEST, Long.parseLong(digits));
  }
}
