package io.aetherkeep.redis.sentinel;

import io.aetherkeep.redis.target.RedisAddress;
import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What a Sentinel says: who is the master, and how new that is.
 *
 * @param epoch grows by each failover: of two who differ, the higher knows more
 */
record SentinelAnswer(RedisAddress master, long epoch) {

  /**
   * Whom to believe.
   *
   * <p>A Sentinel that was cut off says what was true before, and so a lower epoch. That, or
   * another master of the same epoch, is believed of a majority only: then the Sentinels were made
   * anew.
   *
   * @param words what those say who answered, one at least
   * @param before what was believed so far
   * @param sentinels how many there are, answering or not
   */
  static SentinelAnswer believed(
      Collection<SentinelAnswer> words, @Nullable SentinelAnswer before, int sentinels) {
    SentinelAnswer newest =
        words.stream()
            .max(
                Comparator.comparingLong(SentinelAnswer::epoch)
                    .thenComparing(word -> word.votes(words))
                    .thenComparing(word -> word.agrees(before)))
            .orElseThrow();
    if (before == null || newest.agrees(before) || newest.epoch > before.epoch) {
      return newest;
    }
    return newest.votes(words) > sentinels / 2 ? newest : before;
  }

  /** How many say the same. */
  long votes(Collection<SentinelAnswer> words) {
    return words.stream().filter(this::agrees).count();
  }

  private boolean agrees(@Nullable SentinelAnswer other) {
    return other != null && master.equals(other.master);
  }
}
