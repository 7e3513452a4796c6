package io.aetherkeep.redis.sentinel;

import io.aetherkeep.redis.target.RedisAddress;
import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Answer of a Sentinel: the master, and the epoch of that answer.
 *
 * @param epoch number that grows with each failover; of two different answers the higher one is
 *     newer
 */
record SentinelAnswer(RedisAddress master, long epoch) {

  /**
   * Chooses among the answers.
   *
   * <p>A Sentinel that was cut off reports an outdated master with a lower epoch. Such a master, or
   * another one of the same epoch, is accepted only from a majority, which means that the Sentinels
   * were set up anew.
   *
   * @param answers the answers, at least one
   * @param before the answer chosen last
   * @param sentinels number of Sentinels, including those that did not answer
   */
  static SentinelAnswer choose(
      Collection<SentinelAnswer> answers, @Nullable SentinelAnswer before, int sentinels) {
    SentinelAnswer newest =
        answers.stream()
            .max(
                Comparator.comparingLong(SentinelAnswer::epoch)
                    .thenComparing(answer -> answer.votes(answers))
                    .thenComparing(answer -> answer.agrees(before)))
            .orElseThrow();
    if (before == null || newest.agrees(before) || newest.epoch > before.epoch) {
      return newest;
    }
    return newest.votes(answers) > sentinels / 2 ? newest : before;
  }

  /** The number of answers with the same master. */
  long votes(Collection<SentinelAnswer> answers) {
    return answers.stream().filter(this::agrees).count();
  }

  private boolean agrees(@Nullable SentinelAnswer other) {
    return other != null && master.equals(other.master);
  }
}
