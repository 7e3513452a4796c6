package io.aetherkeep.redis.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.redis.target.RedisAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of different answers the newest wins, or that of the majority. */
class SentinelAnswerTest {

  private static SentinelAnswer word(String host, long epoch) {
    return new SentinelAnswer(new RedisAddress(host, 6379), epoch);
  }

  private static String choose(SentinelAnswer before, int sentinels, SentinelAnswer... words) {
    return SentinelAnswer.choose(List.of(words), before, sentinels).master().host();
  }

  @Test
  void theHigherEpoch_isBelievedOfOneAlone() {
    assertEquals("b", choose(word("a", 1), 3, word("a", 1), word("b", 2), word("a", 1)));
    assertEquals("b", choose(null, 3, word("a", 1), word("b", 2), word("a", 1)));
  }

  @Test
  void whoWasCutOff_isNotBelieved_evenIfNobodyElseAnswers() {
    assertEquals("b", choose(word("b", 2), 3, word("a", 1)));
    assertEquals("b", choose(word("b", 2), 3, word("a", 2)));
  }

  @Test
  void sentinelsMadeAnew_areBelievedByTheirMajority() {
    assertEquals("b", choose(word("b", 9), 3, word("a", 0)));
    assertEquals("a", choose(word("b", 9), 3, word("a", 0), word("a", 0)));
    assertEquals("a", choose(word("b", 9), 1, word("a", 0)));
  }

  @Test
  void ofTwoInOneEpoch_theManyAreBelieved_orElseWhatWasBelieved() {
    assertEquals("b", choose(null, 3, word("a", 0), word("b", 0), word("b", 0)));
    assertEquals("a", choose(word("a", 0), 2, word("a", 0), word("b", 0)));
    assertEquals("b", choose(word("b", 0), 2, word("a", 0), word("b", 0)));
  }

  @Test
  void anAddress_isWrittenAsInAUrl_ifItCan() {
    assertEquals("[::1]:7000", new RedisAddress("::1", 7000).toString());
    assertTrue(new RedisAddress("::1", 7000).isSound());
    assertTrue(new RedisAddress("redis-1.example", 7000).isSound());
    assertFalse(new RedisAddress("redis_1", 7000).isSound());
    assertFalse(new RedisAddress("a b", 7000).isSound());
  }
}
