package io.aetherkeep.redis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.Fuzzing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** However Sentinels contradict each other, one is believed by rule. */
class SentinelWordFuzzTest {

  @Test
  void whomToBelieve_isSomebodyOrTheOneBefore() {
    Fuzzing.fromLines(SentinelWordFuzzTest.class, "sentinels.txt")
        .feedText(
            text -> {
              List<SentinelWord> words = words(text);
              for (int i = 0; i < words.size(); i++) {
                SentinelWord before = i == 0 ? null : words.get(i);
                holds(words.subList(0, i + 1), before);
              }
            });
  }

  private static void holds(List<SentinelWord> words, @Nullable SentinelWord before) {
    SentinelWord believed = SentinelWord.believed(words, before, words.size() + 1);
    assertTrue(words.contains(believed) || believed.equals(before));
    if (before != null && believed.epoch() < before.epoch()) {
      assertTrue(believed.votes(words) > (words.size() + 1) / 2, "less is known by a majority");
    }
    if (before == null) {
      assertTrue(words.stream().allMatch(word -> word.epoch() <= believed.epoch()));
    }
  }

  private static List<SentinelWord> words(String text) {
    String[] parts = text.strip().split("\\s+", -1);
    List<SentinelWord> words = new ArrayList<>();
    for (int i = 0; i + 2 < parts.length && words.size() < 9; i += 3) {
      int port = parts[i + 1].hashCode() & 3;
      words.add(new SentinelWord(new RedisAddress(parts[i], port), parts[i + 2].hashCode()));
    }
    return words;
  }
}
