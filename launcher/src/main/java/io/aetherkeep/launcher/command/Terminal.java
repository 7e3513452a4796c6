package io.aetherkeep.launcher.command;

import java.io.Console;

/** The terminal that the program may be attached to. */
public final class Terminal {

  private Terminal() {}

  /** Whether a person reads the output: both input and output are a terminal. */
  @SuppressWarnings("SystemConsoleNull") // From Java 22 on there is always a console; see below.
  public static boolean isAttached() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }
}
