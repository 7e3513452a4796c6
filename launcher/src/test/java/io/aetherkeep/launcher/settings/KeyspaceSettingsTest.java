package io.aetherkeep.launcher.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Lifetime;
import io.aetherkeep.keyspace.Owner;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.launcher.Configured;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keyspaces declared by settings, and the messages about invalid ones. */
class KeyspaceSettingsTest {

  @TempDir Path directory;
  private Configured configured;

  @BeforeEach
  void configure() {
    configured = new Configured(directory);
  }

  private static String mine(String keyspaces) {
    return "spaces: {mine: {database: 9, keyspaces: " + keyspaces + "}}";
  }

  private Space space(Settings settings) {
    return settings.spaces().get(3).space();
  }

  @Test
  void aDeclaredKeyspace_isAValueLikeThoseOfTheCatalogue() {
    Space space =
        space(
            configured.settings(
                mine("{page: {pattern: 'page:{book}:{number}', ttl: 15m, origin: bus}}"),
                Map.of()));
    Keyspace<Document> page =
        Keyspace.json("page", "page:{book}:{number}")
            .expires(Duration.ofMinutes(15))
            .in(Owner.CACHE);
    assertEquals(List.of(page), space.caches().own());
    assertEquals(Keyspaces.CACHES.size() + 1, Keyspaces.caches(space).size());
    assertTrue(Keyspaces.of(space).contains(page));
    assertTrue(Keyspaces.of(space).containsAll(Keyspaces.ALL));
  }

  @Test
  void aSpaceWithoutTheCachesOfTheCatalogue_mayUseTheirNamesAndKeys() {
    Space space =
        space(
            configured.settings(
                "spaces: {mine: {database: 9, built-in-caches: false,"
                    + " keyspaces: {user: {pattern: 'user:{id}', ttl: never}}}}",
                Map.of()));
    assertEquals(
        List.of(Lifetime.never()),
        Keyspaces.caches(space).stream().map(Keyspace::lifetime).toList());
    assertTrue(!Keyspaces.of(space).contains(Keyspaces.USERS));
  }

  @Test
  void itsSettings_areReachedFromTheEnvironment() {
    Settings settings =
        configured.settings(
            mine("{book: {pattern: 'book:{id}', ttl: 15m}}"),
            Map.of(
                "AETHERKEEP_SPACES_MINE_KEYSPACES_BOOK_TTL", "1h",
                "AETHERKEEP_SPACES_MINE_KEYSPACES_BOOK_ORIGIN", "http://books.example/{id}"));
    assertEquals(
        Lifetime.afterWrite(Duration.ofHours(1)), space(settings).caches().own().get(0).lifetime());
    assertEquals(
        Map.of("book", "http://books.example/{id}"),
        settings.caches().origins().get("mine").byKeyspace());
  }

  @Test
  void thePrintedConfiguration_declaresItAgain() {
    String yaml = mine("{book: {pattern: 'book:{id}', ttl: 15m, origin: 'select 1'}}");
    List<String> printed = EffectiveYaml.of(configured.source(yaml, Map.of()));
    assertEquals(
        configured.settings(yaml, Map.of()),
        configured.settings(String.join("\n", printed), Map.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{b: {ttl: 1h}} | b.pattern (default): '' is not a pattern like book:{id}",
        "{b: {pattern: 'b:{id}'}} | b.ttl (default): '' is not a duration like",
        "{b: {pattern: 'b:{id}', ttl: 0s}} | b.ttl (my.yaml:1): '0s' is not a duration like",
        "{b: {pattern: 'b:{user_id}', ttl: 1h}} | b.pattern (my.yaml:1): 'b:{user_id}' is not a"
            + " pattern",
        "{b: {pattern: 'b:*', ttl: 1h}} | b.pattern (my.yaml:1): 'b:*' is not a pattern",
        "{b: {pattern: '{id}', ttl: 1h}} | b.pattern (my.yaml:1): '{id}' is not a pattern",
        "{b: {pattern: 'b:{a}{c}', ttl: 1h}} | b.pattern (my.yaml:1): Two variables must be"
            + " separated",
        "{b: {pattern: 'b:{a}:{a}', ttl: 1h}} | b.pattern (my.yaml:1): A variable occurs twice",
        "{b: {pattern: 'b:{a}:{c}:{d}', ttl: 1h}} | b.pattern (my.yaml:1): an entry has at most two"
            + " ids",
        "{b: {pattern: 'session:{id}', ttl: 1h}} | b.pattern (my.yaml:1): A key could belong to"
            + " both session:{id}",
        "{b: {pattern: 'cache:{id}', ttl: 1h}} | b.pattern (my.yaml:1): A key could belong to both"
            + " cache:{id}",
        "{b: {pattern: 'c:{id}', ttl: 1h}, d: {pattern: 'c:all', ttl: 1h}} | d.pattern (my.yaml:1):"
            + " A key could belong to both c:all and c:{id}",
        "{user: {pattern: 'u:{id}', ttl: 1h}} | user.pattern (my.yaml:1): Two keyspaces are named"
            + " user",
        "{note: {pattern: 'n:{id}', ttl: 1h}} | note.pattern (my.yaml:1): Two keyspaces are named"
            + " note",
        "{invalidate: {pattern: 'n:{id}', ttl: 1h}} | invalidate: a name must have",
        "{Book: {pattern: 'n:{id}', ttl: 1h}} | Book: a name must have",
        "{b: {pattern: 'b:{id}', ttl: 1h, origin: tables}} | b.origin (my.yaml:1): 'tables' is not"
            + " bus, none",
        "{b: {pattern: 'b:{id}', ttl: 1h, origin: 'http://h/{isbn}'}} | b.origin (my.yaml:1):"
            + " 'http://h/{isbn}' is not a URL with the variables of b:{id}",
        "{b: {pattern: 'b:{id}', ttl: 1h, patern: x}} | b.patern (my.yaml:1): there is no such"
            + " setting; did you mean spaces.mine.keyspaces.b.pattern?",
        "{b: 'b:{id}'} | b (my.yaml:1): takes settings below it, not a value",
      })
  void anInvalidKeyspace_isReportedWithItsPosition(String keyspaces, String problem) {
    List<String> problems = configured.problems(mine(keyspaces), Map.of());
    assertTrue(problems.get(0).startsWith("spaces.mine.keyspaces." + problem), problems::toString);
  }

  @Test
  void lifetimeOfAnOwnKeyspace_underTtl_isReportedWithItsRightPlace() {
    assertEquals(
        List.of(
            "spaces.mine.ttl.book (my.yaml:1): no keyspace with a lifetime has this name; it is set"
                + " under keyspaces.book",
            "spaces.mine.origins.book (my.yaml:1): no keyspace that can have an origin has this"
                + " name; it is set under keyspaces.book"),
        configured.problems(
            "spaces: {mine: {database: 9, keyspaces: {book: {pattern: 'b:{id}', ttl: 1h}},"
                + " ttl: {book: 1h}, origins: {book: bus}}}",
            Map.of()));
  }

  @Test
  void whatACacheOfTheCatalogueHas_isNotSaidWhereThereIsNone() {
    List<String> problems =
        configured.problems(
            "spaces: {mine: {database: 9, built-in-caches: false, ttl: {topic: 1h}}}", Map.of());
    assertTrue(problems.get(0).startsWith("spaces.mine.ttl.topic (my.yaml:1)"), problems::toString);
  }

  @Test
  void allProblemsOfAllKeyspaces_areReportedTogether() {
    assertEquals(
        4,
        configured
            .problems(mine("{a: {ttl: 1}, b: {pattern: 'config:{x}', ttl: soon}}"), Map.of())
            .size());
  }
}
