package io.aetherkeep.launcher.command;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.launcher.settings.SettingsException;
import io.aetherkeep.launcher.settings.SettingsReader;
import io.aetherkeep.launcher.settings.SettingsSource;
import io.aetherkeep.router.access.KeyFile;
import io.aetherkeep.router.access.identity.ApiKey;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Scope;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The keys command: creates, lists and revokes API keys. Running nodes apply changes within a
 * second.
 */
public final class KeyCommand {

  private static final String USE = "keys takes add, list or revoke; see --help";

  private final Path file;
  private final Set<String> spaces;
  private final PrintStream out;
  private final InstantSource clock;

  private KeyCommand(Path file, Set<String> spaces, PrintStream out, InstantSource clock) {
    this.file = file;
    this.spaces = spaces;
    this.out = out;
    this.clock = clock;
  }

  /** Creates the command for the key file of the settings. */
  public static KeyCommand of(SettingsSource source, PrintStream out) {
    if (!source.problems().isEmpty()) {
      throw new SettingsException(source.problems());
    }
    String file = source.get("access.keys-file").text();
    if (file.isEmpty()) {
      throw wrong("access.keys-file (AETHERKEEP_ACCESS_KEYS_FILE) names the file of the keys");
    }
    return new KeyCommand(Path.of(file), source.spaces(), out, InstantSource.system());
  }

  private static SettingsException wrong(String reason) {
    return new SettingsException(List.of(reason));
  }

  public void run(List<String> words) {
    try {
      List<String> rest = words.subList(Math.min(1, words.size()), words.size());
      switch (words.isEmpty() ? "" : words.get(0)) {
        case "add" -> add(options(rest));
        case "list" -> list();
        case "revoke" -> revoke(rest);
        default -> throw wrong(USE);
      }
    } catch (IOException e) {
      throw wrong(file + " cannot be read or written: " + e.getMessage());
    } catch (Failure e) {
      throw wrong(file + " is no file of keys: " + e.detail());
    }
  }

  private static Map<String, String> options(List<String> words) {
    Map<String, String> options = new HashMap<>();
    for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
      String name = rest.next();
      if (!Set.of("--name", "--spaces", "--scopes", "--expires").contains(name)
          || !rest.hasNext()
          || options.put(name, rest.next()) != null) {
        throw wrong("keys add takes --name, --spaces, --scopes and --expires, each once");
      }
    }
    return options;
  }

  private void add(Map<String, String> options) throws IOException {
    String name = options.getOrDefault("--name", "");
    if (name.isBlank() || name.length() > 64 || name.chars().anyMatch(Character::isISOControl)) {
      throw wrong("--name must name the key's owner, in up to 64 characters");
    }
    List<String> of = spaces(list(options.getOrDefault("--spaces", "")));
    List<Scope> scopes = scopes(list(options.getOrDefault("--scopes", "")));
    ApiKey.Fresh fresh =
        ApiKey.make(name, of, scopes, clock.instant(), end(options.get("--expires")));
    read().with(fresh.stored()).write(file);
    out.println(fresh.key());
    out.println("This is shown once: only its digest is kept, as " + fresh.stored().id() + ".");
  }

  private static List<String> list(String text) {
    return Stream.of(text.split(",", -1)).map(String::trim).filter(t -> !t.isEmpty()).toList();
  }

  private List<String> spaces(List<String> named) {
    if (named.isEmpty()) {
      throw wrong("--spaces names " + String.join(", ", spaces) + ", or * for every space");
    }
    for (String space : named) {
      if (!space.equals(Caller.EVERY_SPACE) && !spaces.contains(space)) {
        throw wrong("--spaces: there is no space " + space + " but " + String.join(", ", spaces));
      }
    }
    return named;
  }

  private static List<Scope> scopes(List<String> named) {
    List<Scope> scopes = named.stream().map(Scope::of).filter(Objects::nonNull).distinct().toList();
    if (scopes.isEmpty() || scopes.size() < named.size()) {
      throw wrong("--scopes names some of read, write, admin; none includes another");
    }
    return scopes;
  }

  private @Nullable Instant end(@Nullable String text) {
    if (text == null) {
      return null;
    }
    Instant now = clock.instant();
    Duration after = SettingsReader.duration(text);
    try {
      Instant end = after == null ? Instant.parse(text) : now.plus(after);
      if (end.isAfter(now)) {
        return end;
      }
    } catch (DateTimeParseException e) {
      // Reported like a time in the past.
    }
    throw wrong("--expires is a duration like 90d, or a time to come like 2027-01-31T00:00:00Z");
  }

  private KeyFile read() throws IOException {
    return Files.exists(file) ? KeyFile.read(Files.readAllBytes(file)) : new KeyFile(List.of());
  }

  private void list() throws IOException {
    out.printf("%-10s  %-24s  %-20s  %-16s  %s%n", "id", "name", "spaces", "scopes", "expires");
    for (ApiKey key : read().keys()) {
      out.printf(
          "%-10s  %-24s  %-20s  %-16s  %s%n",
          key.id(),
          key.name(),
          String.join(",", key.spaces()),
          String.join(",", key.scopes()),
          Objects.requireNonNullElse(key.expires(), "never"));
    }
  }

  private void revoke(List<String> ids) throws IOException {
    KeyFile before = read();
    List<String> known = before.keys().stream().map(ApiKey::id).toList();
    if (ids.isEmpty() || !known.containsAll(ids)) {
      throw wrong("keys revoke takes the id of a key that keys list shows");
    }
    KeyFile after = before;
    for (String id : ids) {
      after = after.without(id);
    }
    after.write(file);
    out.println("Revoked " + String.join(", ", ids) + ".");
  }
}
