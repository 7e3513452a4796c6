package io.aetherkeep.router;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Entity tags, and the conditions that requests put on them. */
final class EntityTags {

  private EntityTags() {}

  static String of(String version) {
    return '"' + version + '"';
  }

  /** Whether If-None-Match names this version, so that there is nothing new to send. */
  static boolean noneMatchNames(HttpServerRequest request, String version) {
    List<String> lines = request.headers().getAll(HttpHeaders.IF_NONE_MATCH);
    if (lines.isEmpty()) {
      return false;
    }
    for (String tag : String.join(",", lines).split(",", -1)) {
      String bare = tag.trim();
      if (bare.equals("*") || version.equals(unquoted(bare))) {
        return true;
      }
    }
    return false;
  }

  /** The condition of a write. */
  record Precondition(@Nullable String version, boolean absent) {}

  static Precondition of(HttpServerRequest request) {
    List<String> match = request.headers().getAll(HttpHeaders.IF_MATCH);
    List<String> noneMatch = request.headers().getAll(HttpHeaders.IF_NONE_MATCH);
    if (match.size() + noneMatch.size() > 1) {
      throw Failure.of(Code.INVALID_HEADER, "Send one of If-Match and If-None-Match");
    }
    if (!noneMatch.isEmpty() && !noneMatch.get(0).trim().equals("*")) {
      throw Failure.of(Code.INVALID_HEADER, "A write takes only If-None-Match: *");
    }
    return new Precondition(
        match.isEmpty() ? null : version(match.get(0).trim()), !noneMatch.isEmpty());
  }

  private static String version(String tag) {
    if (tag.equals("*")) {
      return tag;
    }
    String version = unquoted(tag);
    if (version == null || version.equals("*")) {
      throw Failure.of(Code.INVALID_HEADER, "If-Match takes one entity tag as it was given, or *");
    }
    return version;
  }

  /** A tag stands for the stored bytes, so one that went through a compressor is as good. */
  private static @Nullable String unquoted(String tag) {
    String strong = tag.startsWith("W/") ? tag.substring(2) : tag;
    boolean quoted =
        strong.length() >= 2
            && strong.startsWith("\"")
            && strong.indexOf('"', 1) == strong.length() - 1;
    return quoted ? strong.substring(1, strong.length() - 1) : null;
  }
}
