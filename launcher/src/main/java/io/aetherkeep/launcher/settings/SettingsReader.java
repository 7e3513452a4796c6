package io.aetherkeep.launcher.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parser of settings. It collects all invalid ones, instead of stopping at the first. */
public final class SettingsReader {

  private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,12}) ?([a-zA-Z]*)");

  private final SettingsSource source;
  private final List<String> problems;

  SettingsReader(SettingsSource source) {
    this.source = source;
    this.problems = source.problems();
  }

  private void wrong(Setting setting, String right) {
    problem(setting, "is not " + right);
  }

  private void problem(Setting setting, String what) {
    problems.add(
        "%s (%s): '%s' %s".formatted(setting.path(), setting.source(), setting.shown(), what));
  }

  /** A key prefix: only characters that need no escaping when keys are displayed. */
  String prefix(String path) {
    Setting setting = source.get(path);
    if (!setting.text().matches("[!-~]{0,64}")) {
      wrong(setting, "up to 64 visible ASCII characters");
    }
    return setting.text();
  }

  /** Words, separated by commas or white space. */
  List<String> words(String path) {
    return Arrays.stream(source.get(path).text().split("[,\\s]+", -1))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /** Words in which {@code *} matches any characters. */
  List<String> patterns(String path) {
    List<String> words = words(path);
    if (words.stream().anyMatch(word -> word.length() > 64 || word.matches("\\*+"))) {
      wrong(source.get(path), "words of at most 64 characters like completed_with_*, with commas");
      return List.of();
    }
    return words;
  }

  /** A word that matches a pattern. */
  String word(String path, String pattern, String right) {
    Setting setting = source.get(path);
    if (!setting.text().matches(pattern)) {
      wrong(setting, right);
    }
    return setting.text();
  }

  /** The URL of a trace collector, or empty. */
  String collector(String path) {
    Setting setting = source.get(path);
    if (!setting.text().matches("(https?://[!-~]+)?")) {
      wrong(setting, "an address like http://127.0.0.1:4318/v1/traces");
    }
    return setting.text();
  }

  int number(String path, int least, int most) {
    Setting setting = source.get(path);
    String text = setting.text();
    if (text.matches("-?[0-9]{1,9}")) {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    }
    wrong(setting, "a whole number from " + least + " to " + most);
    return least;
  }

  boolean flag(String path) {
    Setting setting = source.get(path);
    if (!setting.text().equals("true") && !setting.text().equals("false")) {
      wrong(setting, "true or false");
    }
    return setting.text().equals("true");
  }

  <E extends Enum<E>> E choice(String path, Class<E> type, List<E> choices) {
    Setting setting = source.get(path);
    for (E choice : choices) {
      if (word(choice).equals(setting.text())) {
        return choice;
      }
    }
    wrong(
        setting,
        "one of " + String.join(", ", choices.stream().map(SettingsReader::word).toList()));
    return Arrays.asList(type.getEnumConstants()).get(0);
  }

  private static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Duration duration(String path, Duration least) {
    Setting setting = source.get(path);
    Duration duration = duration(setting.text());
    if (duration == null || duration.compareTo(least) < 0 || duration.toDays() > 3650) {
      wrong(
          setting,
          "a duration like 800ms, 10s, 5m, 2h or 30d, from " + least.toMillis() + "ms to 3650d");
      return least;
    }
    return duration;
  }

  /** Parses a duration; null if it is none. */
  static @Nullable public Duration duration(String text) {
    Matcher amount = AMOUNT.matcher(text);
    if (!amount.matches()) {
      return iso(text);
    }
    long number = Long.parseLong(amount.group(1));
    return switch (amount.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> null;
    };
  }

  private static @Nullable Duration iso(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  int size(String path, int least, int most) {
    Setting setting = source.get(path);
    Matcher amount = AMOUNT.matcher(setting.text());
    if (amount.matches()) {
      long factor =
          switch (amount.group(2)) {
            case "", "B" -> 1;
            case "KiB" -> 1 << 10;
            case "MiB" -> 1 << 20;
            default -> 0;
          };
      long bytes = Long.parseLong(amount.group(1)) * factor;
      if (bytes >= least && bytes <= most) {
        return (int) bytes;
      }
    }
    wrong(setting, "a size like 512, 8KiB or 1MiB, from " + least + " to " + most + " bytes");
    return least;
  }

  /** Class names, separated by commas. */
  List<String> classes(String path) {
    Setting setting = source.get(path);
    List<String> names =
        Arrays.stream(setting.text().split(",", -1))
            .map(String::trim)
            .filter(name -> !name.isEmpty())
            .toList();
    if (!names.stream().allMatch(name -> name.matches("[\\w$]+(\\.[\\w$]+)*"))) {
      wrong(setting, "names of classes like com.example.Origins, with commas between");
    }
    return names;
  }

  /** The URL of a PostgreSQL, or empty. */
  String postgresUrl(String path) {
    Setting setting = source.get(path);
    if (!setting.text().isEmpty()
        && !setting.text().matches("postgres(ql)?://[^\\s/?#]+(:[0-9]+)?/[^\\s]*")) {
      wrong(setting, "a URL like postgresql://user:password@host:5432/database");
      return "";
    }
    return setting.text();
  }

  /** The URL of a Redis, or empty. */
  RedisUrl redisUrl(String path) {
    Setting setting = source.get(path);
    if (setting.text().isEmpty() || RedisUrl.isValid(setting.text())) {
      return new RedisUrl(setting.text());
    }
    wrong(setting, "a URL like redis://user:password@host:6379, or rediss:// for TLS");
    return RedisUrl.NONE;
  }

  /** A directory, which need not exist. */
  Path directory(String path) {
    Setting setting = source.get(path);
    if (!setting.text().isEmpty()) {
      try {
        Path directory = Path.of(setting.text());
        if (!Files.exists(directory) || Files.isDirectory(directory)) {
          return directory;
        }
      } catch (InvalidPathException e) {
        // Reported like a file in the directory's place.
      }
    }
    wrong(setting, "a directory");
    return Path.of("");
  }

  /** An address to listen on; without credentials it must be a loopback address. */
  String host(String path, boolean open) {
    Setting setting = source.get(path);
    try {
      if (setting.text().isEmpty()) {
        throw new UnknownHostException("an empty name, which Java takes for this machine");
      }
      if (!InetAddress.getByName(setting.text()).isLoopbackAddress() && open) {
        wrong(
            setting,
            "127.0.0.1 or another loopback address; to listen elsewhere needs credentials, which"
                + " are not configured (access.keys-file or access.jwks-file)");
      }
    } catch (UnknownHostException e) {
      wrong(setting, "the name or number of an address of this machine");
    }
    return setting.text();
  }

  /** An existing file, or null. */
  @Nullable Path file(String path) {
    String text = text(path);
    try {
      if (text.isEmpty() || Files.isRegularFile(Path.of(text))) {
        return text.isEmpty() ? null : Path.of(text);
      }
    } catch (InvalidPathException e) {
      // Reported like a missing file.
    }
    wrong(path, "an existing file");
    return null;
  }

  String text(String path) {
    return source.get(path).text();
  }

  void wrong(String path, String right) {
    wrong(source.get(path), right);
  }

  /** Reports a value that does not fit the other settings. */
  void conflict(String path, String what) {
    problem(source.get(path), what);
  }

  /** Reports why a value is not possible, although its form is right. */
  void refused(String path, String reason) {
    Setting setting = source.get(path);
    problems.add("%s (%s): %s".formatted(path, setting.source(), reason));
  }

  void problem(String text) {
    problems.add(text);
  }

  /** Whether no problem names this path, so that a check that depends on it makes sense. */
  boolean isSound(String path) {
    return problems.stream().noneMatch(problem -> problem.contains(path));
  }
}
