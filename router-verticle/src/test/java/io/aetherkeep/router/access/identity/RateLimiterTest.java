package io.aetherkeep.router.access.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.access.Addresses;
import io.aetherkeep.router.access.identity.AccessSettings.Rate;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A token bucket for each caller. */
class RateLimiterTest {

  private final AtomicLong clock = new AtomicLong();

  private RateLimiter quota(int perSecond, int burst, int most) {
    return new RateLimiter("key", new Rate(perSecond, burst), clock::get, most);
  }

  private void pass(long millis) {
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Test
  void aBurst_isGranted_andThenSoManyASecond() {
    RateLimiter quota = quota(10, 3, 100);
    assertEquals(new RateLimiter.Taken(true, 2, 1, 0), quota.take("a"));
    assertEquals(1, quota.take("a").left());
    assertEquals(0, quota.take("a").left());
    assertEquals(new RateLimiter.Taken(false, 0, 1, 1), quota.take("a"));
    assertTrue(quota.take("b").granted());
    pass(99);
    assertFalse(quota.take("a").granted());
    pass(1);
    assertTrue(quota.take("a").granted());
    assertFalse(quota.take("a").granted());
    pass(10_000);
    assertEquals(2, quota.take("a").left());
  }

  @Test
  void headers_sayWhatTheDraftSays() {
    RateLimiter quota = quota(10, 50, 100);
    assertEquals("\"key\";q=50;w=5", quota.policy());
    assertEquals("\"key\";r=49;t=1", quota.standing(quota.take("a")));
  }

  @Property(tries = 200)
  void never_moreThanTheBurstAndTheRate(
      @ForAll @IntRange(min = 1, max = 50) int perSecond,
      @ForAll @IntRange(min = 1, max = 20) int burst,
      @ForAll @IntRange(min = 1, max = 300) int millisBetween) {
    RateLimiter quota = quota(perSecond, burst, 10);
    long start = clock.get();
    int granted = 0;
    for (int i = 0; i < 200; i++) {
      granted += quota.take("a").granted() ? 1 : 0;
      pass(millisBetween);
    }
    double seconds = (clock.get() - start) / 1e9;
    assertTrue(granted <= burst + perSecond * seconds + 1, granted + " in " + seconds);
    assertTrue(
        granted >= Math.min(200, (int) (perSecond * seconds)) / 2 - 1, granted + " " + seconds);
  }

  @Test
  void memory_isBounded_andThoseWhoAskedLongAgoAreForgotten() {
    RateLimiter quota = quota(1, 1, 100);
    for (int i = 0; i < 10_000; i++) {
      quota.take("address " + i);
    }
    assertEquals(101, quota.size()); // those and the others
    assertFalse(quota.take("another").granted());
    pass(2_000);
    assertTrue(quota.take("yet another").granted());
    assertTrue(quota.size() < 10, "" + quota.size());
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "2001:db8:0:1::1, 20010db800000001",
    "2001:db8:0:1:ffff:ffff:ffff:ffff, 20010db800000001",
    "::1, 0000000000000000",
    "::ffff:10.0.0.1, 10.0.0.1",
    "fe80::1%1, fe80000000000000",
    "no:number, no:number"
  })
  void anAddress_countsForItsHousehold(String address, String household) {
    assertEquals(household, Addresses.clientPrefix(address));
  }
}
