package io.aetherkeep.launcher;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes values of texts, and notes every text that is none instead of giving up at the first. */
final class SettingsReader {

  private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,12}) ?([a-zA-Z]*)");

  private final SettingsSource source;
  private final List<String> problems;

  SettingsReader(SettingsSource source) {
    this.source = source;
    this.problems = source.problems();
  }

  private void wrong(Setting setting, String right) {
    problems.add(
        "%s (%s): '%s' is not %s"
            .formatted(setting.path(), setting.source(), setting.shown(), right));
  }

  String text(String path) {
    return source.get(path).text();
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
    return choice.name().toLowerCase(Locale.ROOT);
  }

  Duration duration(String path, Duration least) {
    Setting setting = source.get(path);
    Duration duration = duration(setting.text());
    if (duration == null || duration.compareTo(least) < 0 || duration.toDays() > 3650) {
      wrong(
          setting,
          "a duration like 800ms, 10s, 5m, 2h or 30d, " + least.toMillis() + "ms at least");
      return least;
    }
    return duration;
  }

  private static @org.jspecify.annotations.Nullable Duration duration(String text) {
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

  private static @org.jspecify.annotations.Nullable Duration iso(String text) {
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

  /** The URL of a Redis, or empty. */
  String redisUrl(String path) {
    Setting setting = source.get(path);
    if (setting.text().isEmpty() || isRedisUrl(setting.text())) {
      return setting.text();
    }
    wrong(setting, "a URL like redis://user:password@host:6379, or rediss:// for TLS");
    return "";
  }

  private static boolean isRedisUrl(String text) {
    try {
      URI uri = new URI(text);
      boolean redis = "redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme());
      return redis && uri.getHost() != null && uri.getPort() < 65536 && uri.getPort() != 0;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** Without credentials nobody else may come in. */
  String loopbackHost(String path) {
    Setting setting = source.get(path);
    try {
      if (InetAddress.getByName(setting.text()).isLoopbackAddress()) {
        return setting.text();
      }
      wrong(
          setting, "an address of this machine alone, as it must be while no credentials are set");
    } catch (UnknownHostException e) {
      wrong(setting, "the name or number of an address of this machine");
    }
    return setting.text();
  }

  void problem(String text) {
    problems.add(text);
  }
}
