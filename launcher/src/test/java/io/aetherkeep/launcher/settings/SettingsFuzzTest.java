package io.aetherkeep.launcher.settings;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.aetherkeep.testing.Fuzzing;
import java.io.StringReader;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Random near misses of settings: each gives a value or a problem. */
class SettingsFuzzTest {

  @Test
  void redisUrls_areValidOrNot() {
    Fuzzing.fromLines(SettingsFuzzTest.class, "urls.txt")
        .feedText(
            text -> {
              RedisUrl.isValid(text);
              assertNotNull(RedisUrl.masked(text));
            });
  }

  @Test
  void yaml_isReadOrItsProblemsAreReported() {
    Fuzzing.from(SettingsFuzzTest.class, "settings.yaml")
        .feedText(text -> YamlText.read(new StringReader(text), "file", new ArrayList<>()));
  }
}
