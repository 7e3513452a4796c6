package io.aetherkeep.launcher.ctl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parsed words of one command: its names and ids in order, options with a value, and flags.
 *
 * @param environment source of options that are not on the command line, such as {@code
 *     AETHERKEEP_URL} for {@code --url}
 */
record CtlArguments(
    List<String> words,
    Map<String, String> options,
    Set<String> flags,
    Map<String, String> environment) {

  private static final Set<String> FLAGS =
      Set.of("--json", "--yes", "--dry-run", "--once", "--help", "--terminate");
  private static final Set<String> OPTIONS =
      Set.of(
          "--url",
          "--space",
          "--key-file",
          "--ca-file",
          "--user",
          "--limit",
          "--reason",
          "--pattern",
          "--tag",
          "--type",
          "--from",
          "--for",
          "--group");

  static CtlArguments parse(List<String> arguments, Map<String, String> environment) {
    List<String> words = new ArrayList<>();
    Map<String, String> options = new HashMap<>();
    Set<String> flags = new HashSet<>();
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String argument = rest.next();
      int equals = argument.indexOf('=');
      String name = equals < 0 ? argument : argument.substring(0, equals);
      if (FLAGS.contains(argument) || argument.equals("-h")) {
        flags.add(argument.equals("-h") ? "--help" : argument);
      } else if (OPTIONS.contains(name)) {
        if (equals < 0 && !rest.hasNext()) {
          throw CtlException.misused(name + " needs a value");
        }
        if (options.put(name, equals < 0 ? rest.next() : argument.substring(equals + 1)) != null) {
          throw CtlException.misused(name + " is given twice");
        }
      } else if (argument.startsWith("--")) {
        throw CtlException.misused(argument + " is not an option; see aetherkeep ctl --help");
      } else {
        words.add(argument);
      }
    }
    return new CtlArguments(List.copyOf(words), options, flags, environment);
  }

  /** Returns the word at an index; if it is missing, the error says what it stands for. */
  String word(int at, String what) {
    if (at >= words.size()) {
      throw CtlException.misused(
          "aetherkeep ctl %s needs %s; see aetherkeep ctl --help"
              .formatted(String.join(" ", words), what));
    }
    return words.get(at);
  }

  /** Refuses words after the last one that the command takes. */
  void end(int after) {
    if (words.size() > after) {
      throw CtlException.misused(
          words.get(after) + " is one word too many; see aetherkeep ctl --help");
    }
  }

  boolean has(String flag) {
    return flags.contains(flag);
  }

  @Nullable String option(String name) {
    return options.get(name);
  }

  /** An option that is a positive number. */
  int number(String name, int usual) {
    String text = options.get(name);
    try {
      int number = text == null ? usual : Integer.parseInt(text);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported like a number that is not positive.
    }
    throw CtlException.misused(name + " is a positive whole number");
  }

  /** An option of the command line or, without it, of the environment. */
  @Nullable String setting(String option, String variable) {
    String given = options.get(option);
    String from = given == null ? environment.get(variable) : given;
    return from == null || from.isEmpty() ? null : from;
  }
}
