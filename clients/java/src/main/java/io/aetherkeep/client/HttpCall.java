package io.aetherkeep.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * HTTP call.
 *
 * @param path the path below the space, percent-encoded, with its query
 * @param headers names and values in turn
 * @param repeatable whether the call is idempotent
 */
record HttpCall(
    String method, String path, Optional<Object> body, List<String> headers, boolean repeatable) {

  private static final String JSON = "application/json";

  /** A call of a stream, whose path may have slashes. */
  static HttpCall ofStream(String method, String path) {
    return ofEncoded(method, "/streams/" + PathTemplate.streamPath(path));
  }

  /**
   * A call of the path of a template.
   *
   * @param template such as {@code sessions/{id}}
   * @param values the values of its variables, in their order
   */
  static HttpCall of(String method, String template, String... values) {
    return ofEncoded(method, "/" + PathTemplate.filled(template, values));
  }

  private static HttpCall ofEncoded(String method, String path) {
    return new HttpCall(method, path, Optional.empty(), List.of(), !method.equals("POST"));
  }

  /** A call of a resource below this one. */
  HttpCall below(String name) {
    return new HttpCall(method, path + "/" + name, body, headers, repeatable);
  }

  HttpCall query(String name, @Nullable Object value) {
    if (value == null) {
      return this;
    }
    String next =
        path
            + (path.contains("?") ? "&" : "?")
            + name
            + "="
            + PathTemplate.encoded(value.toString());
    return new HttpCall(method, next, body, headers, repeatable);
  }

  HttpCall header(String name, @Nullable String value) {
    if (value == null) {
      return this;
    }
    List<String> more = new ArrayList<>(headers);
    more.add(name);
    more.add(value);
    return new HttpCall(method, path, body, List.copyOf(more), repeatable);
  }

  /**
   * Requires a version. The call is not repeated: after a lost response, a repetition would fail
   * with a conflict.
   */
  HttpCall onlyAt(@Nullable String version) {
    return version == null ? this : header("If-Match", '"' + version + '"').once();
  }

  HttpCall json(Object document) {
    return body(JSON, document);
  }

  HttpCall body(String type, Object document) {
    HttpCall typed = header("Content-Type", type);
    return new HttpCall(method, path, Optional.of(document), typed.headers, repeatable);
  }

  HttpCall once() {
    return new HttpCall(method, path, body, headers, false);
  }

  /**
   * Returns a copy that may be repeated: the node recognises a repetition, or it has no further
   * effect.
   */
  HttpCall again() {
    return new HttpCall(method, path, body, headers, true);
  }
}
