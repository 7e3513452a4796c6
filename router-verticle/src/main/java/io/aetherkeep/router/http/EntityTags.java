package io.aetherkeep.router.http;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.codec.Gzip;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Entity tags (RFC 9110, section 8.8.3) and conditional requests.
 *
 * <p>A tag is the version of the stored bytes. The tag of a compressed answer ends in {@code
 * -gzip}, because a strong tag identifies the bytes sent. A condition may name either.
 */
public final class EntityTags {

  private static final String ANY = "*";
  private static final Pattern TAG =
      Pattern.compile("\\s*(W/)?\"([!#-~\\x80-\\xff]*)\"\\s*(,|$)|\\s*,");
  private static final int MOST_TAGS = 16;

  private EntityTags() {}

  public static String of(String version) {
    return '"' + version + '"';
  }

  /** Returns the tag of an answer with a body, which Vert.x compresses over HTTP/2. */
  static String ofBody(HttpServerRequest request, String version) {
    boolean packed =
        request.version() == HttpVersion.HTTP_2
            && !HttpHeaderValues.IDENTITY.contentEquals(
                String.valueOf(request.response().headers().get(HttpHeaders.CONTENT_ENCODING)))
            && Gzip.isAccepted(request.getHeader(HttpHeaders.ACCEPT_ENCODING));
    return of(packed ? version + Gzip.TAG_SUFFIX : version);
  }

  /** Entity tag in a condition. */
  private record Tag(boolean weak, String version) {

    static Tag of(boolean weak, String opaque) {
      boolean packed = opaque.endsWith(Gzip.TAG_SUFFIX);
      return new Tag(
          weak, packed ? opaque.substring(0, opaque.length() - Gzip.TAG_SUFFIX.length()) : opaque);
    }
  }

  /** Returns the tag in If-None-Match that matches this version, or null. */
  static @Nullable public String noneMatch(HttpServerRequest request, String version) {
    String list = String.join(",", request.headers().getAll(HttpHeaders.IF_NONE_MATCH)).strip();
    if (list.equals(ANY)) {
      return of(version);
    }
    Matcher tags = TAG.matcher(list);
    while (tags.lookingAt()) {
      String opaque = tags.group(2);
      if (opaque != null && Tag.of(false, opaque).version.equals(version)) {
        return of(opaque);
      }
      tags.region(tags.end(), list.length());
    }
    return null;
  }

  public static boolean noneMatchNames(HttpServerRequest request, String version) {
    return noneMatch(request, version) != null;
  }

  /**
   * Condition of a write.
   *
   * @param versions the versions that may be replaced, {@code *} for any; null for no condition
   * @param absent whether no value may exist
   */
  public record Precondition(@Nullable List<String> versions, boolean absent) {

    public Precondition {
      versions = versions == null ? null : List.copyOf(versions);
    }

    /**
     * Tries the write over each version until one is the current version.
     *
     * @param write writes over one version, and fails with a conflict if another is current
     */
    public <T> Future<T> over(Function<@Nullable String, Future<T>> write) {
      if (versions == null) {
        return write.apply(null);
      }
      return over(versions, write);
    }

    private static <T> Future<T> over(
        List<String> versions, Function<@Nullable String, Future<T>> write) {
      if (versions.isEmpty()) {
        return Future.failedFuture(
            Failure.of(Code.VERSION_CONFLICT, "If-Match contains no strong entity tag"));
      }
      List<String> others = versions.subList(1, versions.size());
      Future<T> first = write.apply(versions.get(0));
      return others.isEmpty()
          ? first
          : first.recover(
              thrown ->
                  Failure.from(thrown).code() == Code.VERSION_CONFLICT
                      ? over(others, write)
                      : Future.failedFuture(thrown));
    }
  }

  public static Precondition of(HttpServerRequest request) {
    List<String> match = request.headers().getAll(HttpHeaders.IF_MATCH);
    List<String> noneMatch = request.headers().getAll(HttpHeaders.IF_NONE_MATCH);
    if (!match.isEmpty() && !noneMatch.isEmpty()) {
      throw Failure.of(Code.INVALID_HEADER, "Send only one of If-Match and If-None-Match");
    }
    if (!noneMatch.isEmpty() && !String.join(",", noneMatch).strip().equals(ANY)) {
      throw Failure.of(Code.INVALID_HEADER, "A write accepts only If-None-Match: *");
    }
    return new Precondition(
        match.isEmpty() ? null : versions(String.join(",", match).strip()), !noneMatch.isEmpty());
  }

  /** Parses If-Match; it ignores weak tags, which do not identify bytes. */
  private static List<String> versions(String list) {
    if (list.equals(ANY)) {
      return List.of(ANY);
    }
    List<String> strong = new ArrayList<>();
    Matcher tags = TAG.matcher(list);
    int end = 0;
    int named = 0;
    while (end < list.length() && tags.region(end, list.length()).lookingAt()) {
      end = tags.end();
      String opaque = tags.group(2);
      if (opaque != null) {
        named++;
        Tag tag = Tag.of(tags.group(1) != null, opaque);
        if (!tag.weak && !tag.version.equals(ANY) && !strong.contains(tag.version)) {
          strong.add(tag.version);
        }
      }
    }
    if (end < list.length() || named == 0 || named > MOST_TAGS) {
      throw Failure.of(
          Code.INVALID_HEADER, "If-Match must be * or at most " + MOST_TAGS + " entity tags");
    }
    return strong;
  }
}
