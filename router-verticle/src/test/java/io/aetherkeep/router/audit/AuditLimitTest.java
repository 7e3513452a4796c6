package io.aetherkeep.router.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.audit.AuditLimit.Excess;
import io.aetherkeep.router.audit.AuditLimit.Subject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A service that writes all the time does not displace what operators did. */
class AuditLimitTest {

  private static final Subject SERVICE =
      new Subject("council", "publisher", "k1", "POST /api/v1/{space}/caches/invalidate");
  private static final Subject OPERATOR =
      new Subject("council", "ann", "k2", "POST /api/v1/{space}/caches/invalidate");

  private final AtomicLong clock = new AtomicLong(17);
  private final AuditLimit limit = new AuditLimit(clock::get);

  private long admitted(Subject subject, int operations) {
    long admitted = 0;
    for (int i = 0; i < operations; i++) {
      admitted += limit.admits(subject) ? 1 : 0;
    }
    return admitted;
  }

  @Test
  void beyondTheLimit_operationsAreCounted_untilTheirMinuteIsOver() {
    assertEquals(AuditLimit.MOST, admitted(SERVICE, 1000));
    assertEquals(3, admitted(OPERATOR, 3));
    assertEquals(List.of(), limit.drain(false));
    clock.addAndGet(TimeUnit.SECONDS.toNanos(60));
    assertEquals(List.of(new Excess(SERVICE, 1000 - AuditLimit.MOST)), limit.drain(false));
    assertEquals(List.of(), limit.drain(false));
    assertTrue(limit.admits(SERVICE));
  }

  @Test
  void aNodeThatStops_drainsAll() {
    admitted(SERVICE, AuditLimit.MOST + 1);
    assertEquals(List.of(new Excess(SERVICE, 1)), limit.drain(true));
  }
}
