package io.aetherkeep.launcher;

import java.util.Locale;

/**
 * The text of one setting.
 *
 * @param source where it was said: a file and line, an environment variable, or the defaults
 */
record Setting(String path, String text, String source) {

  /** What stands where YAML says null. */
  static final String NOTHING = "~";

  static final String DEFAULT = "default";

  /** {@code http.port} is {@code AETHERKEEP_HTTP_PORT}. */
  static String variable(String path) {
    return "AETHERKEEP_" + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  boolean isSecret() {
    return path.endsWith("url");
  }

  /** The text as it may be printed. */
  String shown() {
    return isSecret() ? text.replaceAll("(//[^:@/]*):[^@]*@", "$1:***@") : text;
  }
}
