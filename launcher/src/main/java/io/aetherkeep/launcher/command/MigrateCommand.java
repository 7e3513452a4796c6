package io.aetherkeep.launcher.command;

import io.aetherkeep.launcher.migrate.Migration;
import io.aetherkeep.launcher.migrate.MigrationPlan;
import io.aetherkeep.launcher.settings.RedisUrl;
import io.aetherkeep.launcher.settings.SettingsException;
import io.aetherkeep.redis.target.Backoff;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The migrate command: reads its options, and copies the keys of one Redis to another. */
public final class MigrateCommand {

  private static final Set<String> OPTIONS =
      Set.of("--from", "--to", "--from-prefix", "--to-prefix", "--state", "--rate", "--ca-file");
  private static final Set<String> FLAGS = Set.of("--dry-run", "--by-type", "--overwrite");
  private static final String USE =
      "migrate takes --from URL and --to URL[,URL...], "
          + "and --from-prefix, --to-prefix, --rate, --state, --ca-file, --dry-run, --by-type and"
          + " --overwrite, each once; see --help";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int IN_FLIGHT = 8192;

  private final Map<String, String> options = new HashMap<>();
  private final Set<String> flags = new HashSet<>();

  private MigrateCommand(List<String> words) {
    for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
      String word = rest.next();
      boolean known =
          FLAGS.contains(word)
              ? flags.add(word)
              : OPTIONS.contains(word) && rest.hasNext() && options.put(word, rest.next()) == null;
      if (!known) {
        throw wrong(USE);
      }
    }
  }

  /** Runs the command; returns the exit status. */
  public static int run(List<String> words, PrintStream out) {
    return Migration.run(new MigrateCommand(words).plan(), out);
  }

  private static SettingsException wrong(String reason) {
    return new SettingsException(List.of(reason));
  }

  private MigrationPlan plan() {
    RedisTarget from = target("--from");
    RedisTarget to = target("--to");
    String fromPrefix = prefix("--from-prefix");
    String toPrefix = prefix("--to-prefix");
    if (from.address().equals(to.address()) && toPrefix.startsWith(fromPrefix)) {
      throw wrong(Migration.COPIES_ITSELF);
    }
    String rate = options.getOrDefault("--rate", "0");
    if (!rate.matches("[0-9]{1,9}")) {
      throw wrong("--rate is a number of keys a second");
    }
    return new MigrationPlan(
        from,
        to,
        fromPrefix,
        toPrefix,
        Path.of(options.getOrDefault("--state", "aetherkeep-migration")),
        new MigrationPlan.Options(
            Integer.parseInt(rate),
            flags.contains("--dry-run"),
            flags.contains("--by-type"),
            flags.contains("--overwrite")));
  }

  private String prefix(String option) {
    String prefix = options.getOrDefault(option, "");
    if (!prefix.matches("[!-~]{0,64}")) {
      throw wrong(option + " is up to 64 visible ASCII characters");
    }
    return prefix;
  }

  private RedisTarget target(String option) {
    List<URI> urls = Stream.of(text(option).split(",", -1)).map(url -> url(option, url)).toList();
    URI first = urls.get(0);
    String path = first.getRawPath().replaceFirst("^/", "");
    String ca = options.get("--ca-file");
    RedisTarget target =
        new RedisTarget(
            first.toString(),
            path.isEmpty() ? 0 : Integer.parseInt(path),
            PATIENCE,
            Duration.ofSeconds(5),
            IN_FLIGHT,
            Backoff.between(Duration.ofMillis(50), Duration.ofSeconds(1)),
            ca == null ? null : Path.of(ca),
            null,
            List.of());
    return urls.size() == 1
        ? target
        : target.in(urls.stream().map(MigrateCommand::address).toList());
  }

  /**
   * Returns an option's value, or the text of the file that it names by {@code @FILE}: other users
   * can read a password in a URL on the command line.
   */
  private String text(String option) {
    @Nullable String text = options.get(option);
    if (text == null) {
      throw wrong(USE);
    }
    try {
      return text.startsWith("@") ? Files.readString(Path.of(text.substring(1))).strip() : text;
    } catch (IOException e) {
      throw wrong(option + ": the file " + text.substring(1) + " cannot be read");
    }
  }

  private static URI url(String option, String text) {
    if (!RedisUrl.isValid(text) || !text.matches("\\S+?://[^/]+(/[0-9]{0,5})?")) {
      throw wrong(
          option + ": '" + RedisUrl.masked(text) + "' is not a URL like redis://host:6379/0");
    }
    return URI.create(text);
  }

  private static RedisAddress address(URI url) {
    return new RedisAddress(
        url.getHost().replaceAll("[\\[\\]]", ""), url.getPort() < 0 ? 6379 : url.getPort());
  }
}
