package io.aetherkeep.launcher.settings;

import static java.time.Duration.ofSeconds;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Layout;
import io.aetherkeep.keyspace.Lifetime;
import io.aetherkeep.keyspace.Owner;
import io.aetherkeep.keyspace.SpaceCaches;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reader of a space's own cache keyspaces, which it checks for conflicts with the catalogue. */
final class KeyspaceReading {

  /** Settings of a keyspace; pattern and lifetime are required. */
  static final Map<String, String> DEFAULTS = defaults();

  private static final String NAME = "[a-z][a-z0-9]*(-[a-z0-9]+)*";
  private static final String PATTERN = "[A-Za-z0-9._/@-]+:?([A-Za-z0-9._:/@-]|\\{[a-z]+})*";
  private static final String ORIGIN = "(?is)bus|none|https?://.+|(select|with)\\s.+";
  private static final Pattern VARIABLE = Pattern.compile("\\{([^}]*)}");

  private static final List<Layout> LAYOUTS = List.of(Layout.JSON, Layout.HASH, Layout.TEXT);

  /** Maximum number of ids in the URL of an entry. */
  private static final int MOST_VARIABLES = 2;

  /** Reserved names, which have another meaning in URLs, settings or key counts. */
  private static final Set<String> TAKEN = Set.of("invalidate", "history", "other");

  private final String section;
  private final SettingsReader reader;

  private KeyspaceReading(String section, SettingsReader reader) {
    this.section = section;
    this.reader = reader;
  }

  private static Map<String, String> defaults() {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("pattern", "");
    defaults.put("ttl", "");
    defaults.put("layout", "json");
    defaults.put("origin", "none");
    return defaults;
  }

  /** The caches of a space, from the settings below a path. */
  static SpaceCaches of(String path, SettingsReader reader, SettingsSource source) {
    KeyspaceReading reading = new KeyspaceReading(path + "keyspaces.", reader);
    Set<String> names = new LinkedHashSet<>();
    source.below(reading.section).forEach(setting -> names.add(setting.path().split("\\.", -1)[3]));
    boolean builtIn = reader.flag(path + "built-in-caches");
    List<Keyspace<?>> others = new ArrayList<>(Keyspaces.of(new SpaceCaches(builtIn, List.of())));
    List<Keyspace<Document>> own = new ArrayList<>();
    for (String name : names) {
      Keyspace<Document> keyspace = reading.keyspace(name, others);
      if (keyspace != null) {
        own.add(keyspace);
        others.add(keyspace);
      }
    }
    return new SpaceCaches(builtIn, own);
  }

  private @Nullable Keyspace<Document> keyspace(String name, Collection<Keyspace<?>> others) {
    if (name.length() > 32 || !name.matches(NAME) || TAKEN.contains(name)) {
      reader.problem(
          section
              + name
              + ": a name must have 1 to 32 of a-z, 0-9 and single -, beginning with a letter, and not"
              + " be one of "
              + String.join(", ", new TreeSet<>(TAKEN)));
    }
    Lifetime lifetime = lifetime(section + name + ".ttl");
    Layout layout = reader.choice(section + name + ".layout", Layout.class, LAYOUTS);
    String pattern = section + name + ".pattern";
    if (!reader.text(pattern).matches(PATTERN)) {
      reader.wrong(
          pattern,
          "a pattern like book:{id} or page:{book}:{number}: letters, digits and ._:/@- and"
              + " variables of a-z in braces");
      return null;
    }
    Keyspace<Document> keyspace;
    try {
      keyspace =
          Keyspace.documents(name, reader.text(pattern), layout).lives(lifetime).in(Owner.CACHE);
    } catch (IllegalArgumentException e) {
      reader.refused(pattern, String.valueOf(e.getMessage()));
      return null;
    }
    if (keyspace.pattern().variables().size() > MOST_VARIABLES) {
      reader.refused(pattern, "an entry has at most two ids");
      return null;
    }
    Keyspaces.conflict(keyspace, others).ifPresent(conflict -> reader.refused(pattern, conflict));
    return keyspace;
  }

  private Lifetime lifetime(String path) {
    return reader.text(path).equals("never")
        ? Lifetime.never()
        : Lifetime.afterWrite(reader.duration(path, ofSeconds(1)));
  }

  /** The origins of a space's own keyspaces, by name. */
  static Map<String, String> origins(String path, SpaceCaches caches, SettingsReader reader) {
    Map<String, String> origins = new LinkedHashMap<>();
    for (Keyspace<Document> keyspace : caches.own()) {
      String setting = path + "keyspaces." + keyspace.name() + ".origin";
      String text = reader.text(setting);
      if (!text.matches(ORIGIN)) {
        reader.wrong(setting, "bus, none, a URL like http://host/books/{id}, or a query");
      } else if (namesOthers(text, keyspace)) {
        reader.wrong(
            setting, "a URL with the variables of " + keyspace.pattern() + " and no others");
      } else {
        origins.put(keyspace.name(), text);
      }
    }
    return origins;
  }

  private static boolean namesOthers(String origin, Keyspace<?> keyspace) {
    Matcher variables = VARIABLE.matcher(origin.startsWith("http") ? origin : "");
    return variables
        .results()
        .anyMatch(variable -> !keyspace.pattern().variables().contains(variable.group(1)));
  }

  /** The names that exist in a space. */
  static Set<String> known(Set<String> names, SpaceCaches caches) {
    Set<String> known = new TreeSet<>(names);
    known.removeIf(name -> !caches.builtIn() && Keyspaces.cache(name).isPresent());
    return known;
  }

  /** The hint for an unknown name. */
  static String near(String name, Set<String> known, SpaceCaches caches) {
    return caches.own().stream().anyMatch(keyspace -> keyspace.name().equals(name))
        ? "it is set under keyspaces." + name
        : Spelling.near(name, known);
  }
}
