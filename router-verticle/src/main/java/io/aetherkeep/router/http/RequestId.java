package io.aetherkeep.router.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Request id in the answer and the log: the client's, if it is safe to log, or a new one. */
public final class RequestId {

  private static final CharSequence HEADER = HttpHeaders.createOptimized("X-Request-Id");
  private static final int LONGEST = 64;

  private RequestId() {}

  public static void give(HttpServerRequest request) {
    String own = request.getHeader(HEADER);
    request.response().putHeader(HEADER, own != null && isPlain(own) ? own : fresh());
  }

  public static String of(HttpServerRequest request) {
    String given = request.response().headers().get(HEADER);
    return given == null ? "-" : given;
  }

  /** Whether an id is safe in logs. */
  private static boolean isPlain(String id) {
    if (id.isEmpty() || id.length() > LONGEST) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.') {
        return false;
      }
    }
    return true;
  }

  private static String fresh() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }
}
