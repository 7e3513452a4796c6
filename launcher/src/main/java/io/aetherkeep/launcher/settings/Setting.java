package io.aetherkeep.launcher.settings;

import java.util.Locale;

/**
 * One setting.
 *
 * @param text its value; empty also for a null in YAML
 * @param source its origin: a file with line, an environment variable, or the defaults
 */
public record Setting(String path, String text, String source) {

  static final String DEFAULT = "default";

  /** Text of a section without settings. */
  static final String EMPTY_SECTION = "{}";

  /** The environment variable of a path: {@code AETHERKEEP_HTTP_PORT} for {@code http.port}. */
  public static String variable(String path) {
    return "AETHERKEEP_" + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The text without passwords, which users sometimes put into other settings too. */
  String shown() {
    if (path.endsWith("password") || path.endsWith("secret") || path.endsWith("credential")) {
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
