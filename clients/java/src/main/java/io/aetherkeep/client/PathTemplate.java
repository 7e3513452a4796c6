package io.aetherkeep.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Percent-encoder of paths: fills the variables of a template, such as {@code sessions/{id}}. */
final class PathTemplate {

  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

  private PathTemplate() {}

  /** Fills a template; refuses a value that would lead to another resource. */
  static String filled(String template, String... values) {
    Iterator<String> rest = List.of(values).iterator();
    return VARIABLE.matcher(template).replaceAll(it -> segment(it.group(1), rest.next()));
  }

  /** Encodes the path of a stream, with its slashes. */
  static String streamPath(String path) {
    segment("path", path);
    return Arrays.stream(path.split("/", -1))
        .map(name -> name.isEmpty() ? name : segment("path", name))
        .collect(Collectors.joining("/"));
  }

  /**
   * Encodes a value as one segment. An empty one is the path of the list, URL libraries resolve
   * {@code .} and {@code ..}, and an unpaired surrogate has no encoding.
   */
  static String segment(String name, String value) {
    Objects.requireNonNull(value, name);
    if (value.isEmpty()) {
      throw new InvalidIdException(name + " must not be empty");
    }
    if (value.equals(".") || value.equals("..")) {
      throw new InvalidIdException(name + " must not be " + value);
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      throw new InvalidIdException(name + " contains an unpaired surrogate");
    }
    return encoded(value);
  }

  /** Encodes a text: {@code URLEncoder} writes a space as '+', which a path needs as %20. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
