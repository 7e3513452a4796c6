package io.aetherkeep.redis.sentinel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.testing.Fuzzing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random contradicting answers: the choice follows the rules. */
class SentinelAnswerFuzzTest {

  @Test
  void whomToBelieve_isSomebodyOrTheOneBefore() {
    Fuzzing.fromLines(SentinelAnswerFuzzTest.class, "sentinels.txt")
        .feedText(
            text -> {
              List<SentinelAnswer> words = words(text);
              for (int i = 0; i < words.size(); i++) {
                SentinelAnswer before = i == 0 ? null : words.get(i);
                holds(words.subList(0, i + 1), before);
              }
            });
  }

  private static void holds(List<SentinelAnswer> words, @Nullable SentinelAnswer before) {
    SentinelAnswer chosen = SentinelAnswer.choose(words, before, words.size() + 1);
    assertTrue(words.contains(chosen) || chosen.equals(before));
    if (before != null && chosen.epoch() < before.epoch()) {
      assertTrue(chosen.votes(words) > (words.size() + 1) / 2, "less is known by a majority");
    }
    if (before == null) {
      assertTrue(words.stream().allMatch(word -> word.epoch() <= chosen.epoch()));
    }
  }

  private static List<SentinelAnswer> words(String text) {
    String[] parts = text.strip().split("\\s+", -1);
    List<SentinelAnswer> words = new ArrayList<>();
    for (int i = 0; i + 2 < parts.length && words.size() < 9; i += 3) {
      int port = parts[i + 1].hashCode() & 3;
      words.add(new SentinelAnswer(new RedisAddress(parts[i], port), parts[i + 2].hashCode()));
    }
    return words;
  }
}
