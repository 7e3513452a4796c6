package io.aetherkeep.stream.subscription.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathGlobTest {

  @ParameterizedTest
  @CsvSource({
    "events/*, events/a, true, events/",
    "events/*, events/a/b, false, events/",
    "events/*, events, false, events/",
    "events/**, events, true, events",
    "events/**, events/a/b, true, events",
    "events/**, eventsx, false, events",
    "**, a/b/c, true, ''",
    "**/z, z, true, ''",
    "**/z, a/b/z, true, ''",
    "**/z, a/b/y, false, ''",
    "a/**/z, a/z, true, a",
    "a/**/z, a/b/c/z, true, a",
    "*/b, a/b, true, ''",
    "a/b, a/b, true, a/b",
    "a/b, a/bc, false, a/b",
    "a.b/*, axb/c, false, a.b/",
  })
  void pattern_matchesSegments(String pattern, String path, boolean matches, String prefix) {
    PathGlob glob = PathGlob.of(pattern, null);
    assertEquals(matches, glob.matches(path));
    assertEquals(prefix, glob.prefix());
    assertTrue(!matches || path.startsWith(prefix));
  }

  @Test
  void manyWildcards_takeBoundedTime() {
    String pattern = "**/a/".repeat(50) + "**/z";
    String path = "a/".repeat(120) + "y";
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> PathGlob.of(pattern, null).matches(path));
  }

  @Test
  void streamOfItsOwnWakes_neverMatches() {
    assertEquals(false, PathGlob.of("**", "wake/pool").matches("wake/pool"));
  }
}
