package io.aetherkeep.launcher;

import java.util.List;

/** All problems of a configuration. */
final class SettingsException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  SettingsException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  List<String> problems() {
    return problems;
  }
}
