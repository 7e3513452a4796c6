package io.aetherkeep.launcher;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a JVM beside a test's own, which compiles with C1 alone as it lives for
 * seconds.
 */
final class JavaCommand {

  private JavaCommand() {}

  static List<String> of(String... words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(words));
    return command;
  }

  /** The program with a test's own class path. */
  static List<String> program(String... words) {
    List<String> command = of("-cp", System.getProperty("java.class.path"), Main.class.getName());
    command.addAll(List.of(words));
    return command;
  }
}
