package io.aetherkeep.router.http;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.codec.HeaderList;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parser of a write's {@code Cache-Control}, whose max-age sets the entry's time to live. */
public final class CacheControl {

  private static final Pattern MAX_AGE = Pattern.compile("max-age(?![a-z-]).*");

  private static final Pattern SECONDS = Pattern.compile("=\\s*([0-9]{1,18}|\"[0-9]{1,18}\")");

  private CacheControl() {}

  /** Returns the max-age, or null. */
  static @Nullable public Long maxAge(HttpServerRequest request) {
    Long found = null;
    for (String part : HeaderList.of(request.headers().getAll(HttpHeaders.CACHE_CONTROL))) {
      String directive = part.toLowerCase(Locale.ROOT);
      if (directive.equals("no-store")) {
        throw Failure.of(Code.INVALID_HEADER, "no-store contradicts a write to a cache");
      }
      if (MAX_AGE.matcher(directive).matches()) {
        Long seconds = seconds(directive);
        if (found != null && !found.equals(seconds)) {
          throw Failure.of(Code.INVALID_HEADER, "Cache-Control has two different max-age values");
        }
        found = seconds;
      }
    }
    return found;
  }

  private static Long seconds(String directive) {
    String value = directive.substring("max-age".length()).strip();
    if (!SECONDS.matcher(value).matches()) {
      throw Failure.of(
          Code.INVALID_MAX_AGE, "max-age must be a whole number of seconds, at least 1");
    }
    return Long.valueOf(value.replaceAll("[^0-9]", ""));
  }
}
