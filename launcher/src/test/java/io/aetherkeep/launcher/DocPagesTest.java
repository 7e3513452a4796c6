package io.aetherkeep.launcher;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.launcher.settings.RunningSettings;
import io.aetherkeep.launcher.settings.Setting;
import io.aetherkeep.launcher.settings.SettingsSource;
import io.aetherkeep.testing.DocPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documentation is correct: its tables, its links, the README's two commands. */
class DocPagesTest {

  private static final Path TOP = Path.of("..");
  private static final int LONGEST_README = 250;

  private final DocPage readme = DocPage.at("README.md");

  @Test
  void keyspaces_areThoseOfTheCatalogue() {
    List<List<String>> rows =
        Keyspaces.ALL.stream()
            .map(
                keyspace ->
                    List.of(
                        "`" + keyspace.name() + "`" + of(keyspace.dialect()),
                        "`" + keyspace.pattern() + "`",
                        keyspace.layout().redisType(),
                        lives(keyspace),
                        word(keyspace.owner())))
            .toList();
    assertEquals(rows, DocPage.named("keyspaces").table("keyspaces"));
  }

  private static String of(Dialect dialect) {
    return dialect == Dialect.ANY ? "" : " (" + word(dialect) + ")";
  }

  private static String lives(Keyspace<?> keyspace) {
    return switch (keyspace.lifetime().end()) {
      case NEVER -> "for ever";
      case WITH_OTHERS -> "with others";
      case AFTER_WRITE -> keyspace.lifetime().length().toSeconds() + " s";
      case AFTER_ACCESS -> keyspace.lifetime().length().toSeconds() + " s after use";
    };
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  @Test
  void settings_areThoseOfTheFile() {
    List<List<String>> rows =
        SettingsSource.defaults().values().stream()
            .filter(setting -> !setting.path().startsWith("spaces."))
            .map(
                setting ->
                    List.of(
                        "`" + setting.path() + "`",
                        "`" + Setting.variable(setting.path()) + "`",
                        setting.text().isEmpty() ? "" : "`" + setting.text() + "`",
                        RunningSettings.canChange(setting.path()) ? "changes" : ""))
            .toList();
    assertEquals(rows, DocPage.named("settings").table("settings"));
  }

  @Test
  void addresses_areThoseOfTheProtocol() {
    TreeSet<String> asked = new TreeSet<>();
    for (Class<?> type : Protocol.TYPES) {
      boolean event = Event.class.isAssignableFrom(type);
      if (event || Ask.class.isAssignableFrom(type)) {
        asked.add(type.getSimpleName());
      }
    }
    List<List<String>> addresses = DocPage.named("event-bus").table("addresses");
    assertEquals(
        asked,
        addresses.stream()
            .map(row -> row.get(1).replace("`", ""))
            .collect(toCollection(TreeSet::new)));
    for (List<String> row : addresses) {
      String kebab = row.get(1).replace("`", "").replaceAll("(?<=[a-z])(?=[A-Z])", "-");
      String prefix = row.get(2).equals("an event") ? "`aetherkeep.event." : "`aetherkeep.";
      assertEquals(prefix + kebab.toLowerCase(Locale.ROOT) + "`", row.get(0));
    }
  }

  @Test
  void twoCommands_areThoseThatCiAndTheScriptRun() throws IOException {
    assertTrue(readme.text().contains("\n./aetherkeep "));
    assertTrue(readme.text().contains("\nmvn -B verify "));
    assertTrue(Files.readString(TOP.resolve(".ci/run")).contains("\nmvn -B verify\n"));
    assertTrue(Files.isExecutable(TOP.resolve("aetherkeep")));
  }

  @Test
  void readme_isShort() {
    assertTrue(readme.text().lines().count() <= LONGEST_README);
  }

  @Test
  void everyPage_isLinkedFromTheReadmeAndTheIndex() {
    for (DocPage page : DocPage.all()) {
      String name = page.path().replace("docs/", "");
      if (page.path().startsWith("docs/") && !name.equals("index.md")) {
        assertTrue(readme.text().contains("(" + page.path() + ")"), name);
        assertTrue(DocPage.named("index").text().contains("(" + name + ")"), name);
      }
    }
  }

  @Test
  void links_haveExistingTargets() {
    TreeSet<String> broken = new TreeSet<>();
    for (DocPage page : DocPage.all()) {
      Path folder = TOP.resolve(page.path()).resolveSibling("");
      for (String target : links(page.text())) {
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? TOP.resolve(page.path()) : folder.resolve(parts[0]);
        if (!Files.exists(file) || (parts.length > 1 && !headings(file).contains(parts[1]))) {
          broken.add(page.path() + " -> " + target);
        }
      }
    }
    assertEquals(new TreeSet<>(), broken);
  }

  @Test
  void architecture_namesClassesThatAreThere() throws IOException {
    String text = DocPage.at("ARCHITECTURE.md").text();
    TreeSet<String> named = new TreeSet<>();
    Pattern.compile("`([A-Z][a-z]+[A-Za-z]*)`")
        .matcher(text)
        .results()
        .forEach(name -> named.add(name.group(1)));
    named.removeAll(List.of("EventBus", "Age"));
    assertTrue(named.size() > 50);
    try (Stream<Path> modules = Files.list(TOP)) {
      for (Path sources : modules.map(module -> module.resolve("src")).toList()) {
        if (Files.isDirectory(sources)) {
          named.removeAll(types(sources));
        }
      }
    }
    assertEquals(new TreeSet<>(), named);
  }

  private static final Pattern TYPE =
      Pattern.compile("\\b(?:class|record|interface|enum) ([A-Z][A-Za-z]+)");

  private static List<String> types(Path sources) throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .flatMap(file -> TYPE.matcher(read(file)).results().map(type -> type.group(1)))
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> links(String text) {
    return Pattern.compile("\\]\\((?!https?:)([^)\\s]+)\\)|(?:src|srcset)=\"([^\"]+)\"")
        .matcher(text)
        .results()
        .map(link -> link.group(1) == null ? link.group(2) : link.group(1))
        .toList();
  }

  /** The anchors that GitHub, the site and a node derive from headings. */
  private static List<String> headings(Path page) {
    try (Stream<String> lines = Files.lines(page)) {
      return lines
          .filter(line -> line.startsWith("#"))
          .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
          .map(line -> line.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
