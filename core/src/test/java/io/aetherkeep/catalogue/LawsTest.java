package io.aetherkeep.catalogue;

import static io.aetherkeep.keyspace.Keyspace.json;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Owner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checks refuse a catalogue in which a key or a name is ambiguous. */
class LawsTest {

  private static Keyspace<?> named(String name, String pattern) {
    return json(name, pattern).in(Owner.CACHE);
  }

  private static Keyspace<?> of(Dialect dialect, String pattern) {
    return json("session", pattern).only(dialect).in(Owner.SESSION);
  }

  private static void assertRefused(Keyspace<?> one, Keyspace<?> other) {
    assertThrows(IllegalStateException.class, () -> Laws.hold(List.of(one, other)));
    assertThrows(IllegalStateException.class, () -> Laws.hold(List.of(other, one)));
  }

  @ParameterizedTest
  @CsvSource({
    "user:{id},       user:{id}",
    "user:{id},       user:{name}",
    "user:{id},       user:all",
    "cache:{id},      cache:topic:{id}",
    "cache:{a}:{b},   cache:topic:{id}",
    "index:{id},      index:tag:{tag}",
    "a:{x}:end,       a:{y}"
  })
  void overlappingPatterns_areRefused(String one, String other) {
    assertRefused(named("one", one), named("other", other));
  }

  @ParameterizedTest
  @CsvSource({
    "user:{id},         users:{id}",
    "cache:topic:{id},  cache:topics:all",
    "cache:{a}:{b},     cache:all",
    "a:{x}:b:{y},       a:{x}:c:{y}",
    "tags:{{key}},      tags:all"
  })
  void patternsApart_areAccepted(String one, String other) {
    assertDoesNotThrow(() -> Laws.hold(List.of(named("one", one), named("other", other))));
  }

  @Test
  void refusal_namesBothPatterns() {
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () -> Laws.hold(List.of(named("one", "user:{id}"), named("other", "user:all"))));
    assertTrue(thrown.getMessage().contains("user:{id}"));
    assertTrue(thrown.getMessage().contains("user:all"));
  }

  @Test
  void oneName_isRefusedForTwoPatterns() {
    assertRefused(named("user", "user:{id}"), named("user", "person:{id}"));
    assertRefused(of(Dialect.COUNCIL, "session:{id}"), of(Dialect.CONTENT, "sitting:{id}"));
  }

  @Test
  void onePattern_isAcceptedForTwoDialectsThatShareNoSpace() {
    assertDoesNotThrow(
        () ->
            Laws.hold(
                List.of(of(Dialect.COUNCIL, "session:{id}"), of(Dialect.CONTENT, "session:{id}"))));
    assertRefused(of(Dialect.COUNCIL, "session:{id}"), of(Dialect.ANY, "session:{id}"));
    assertRefused(of(Dialect.COUNCIL, "session:{id}"), of(Dialect.COUNCIL, "session:{id}"));
  }

  @Test
  void catalogue_holdsThemInAnyOrder() {
    List<Keyspace<?>> backwards = new ArrayList<>(Keyspaces.ALL);
    Collections.reverse(backwards);
    assertDoesNotThrow(() -> Laws.hold(backwards));
  }

  @Test
  void catalogue_takesNoForeignKeyspaceOverItsKeys() {
    List<Keyspace<?>> more = new ArrayList<>(Keyspaces.ALL);
    more.add(named("foreign", "cache:{anything}"));
    assertThrows(IllegalStateException.class, () -> Laws.hold(more));
  }
}
