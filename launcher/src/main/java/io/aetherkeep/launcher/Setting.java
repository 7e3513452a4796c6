package io.aetherkeep.launcher;

import java.util.Locale;

/**
 * The text of one setting.
 *
 * @param text empty also where YAML says null
 * @param source where it was said: a file and line, an environment variable, or the defaults
 */
record Setting(String path, String text, String source) {

  static final String DEFAULT = "default";

  /** The text of a section without settings. */
  static final String EMPTY_SECTION = "{}";

  /** {@code http.port} is {@code AETHERKEEP_HTTP_PORT}. */
  static String variable(String path) {
    return "AETHERKEEP_" + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The text as it may be printed: a password also ends up where it does not belong. */
  String shown() {
    if (path.endsWith("password")) {
      return text.isEmpty() ? "" : "***";
    }
    boolean masked =
        path.endsWith("url")
            || path.endsWith("sentinels")
            || path.endsWith("cluster")
            || text.contains("://");
    return masked ? RedisUrl.masked(text) : text;
  }
}
