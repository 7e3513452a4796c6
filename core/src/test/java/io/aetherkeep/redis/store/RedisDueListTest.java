package io.aetherkeep.redis.store;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisTime;
import io.aetherkeep.redis.store.RedisDueList.Claim;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A due entry is claimed by one node, until it is returned or the lease expires. */
@ExtendWith(RedisExtension.class)
class RedisDueListTest {

  private static final Space SPACE = new Space("test", "", Dialect.ANY, 1 << 20, Map.of());
  private static final long START = 1_795_233_705_551L;
  private static final long LEASE = 30_000;

  private final Vertx vertx = Vertx.vertx();
  private final AtomicLong now = new AtomicLong(START);
  private ForeignClient foreign;
  private RedisLine line;
  private RedisDueList due;

  @BeforeEach
  void open(RedisServer redis) throws Exception {
    foreign = redis.foreign(3);
    RedisTarget target = PatientTarget.of(redis.url(), 3);
    line = await(RedisAccess.open(vertx, 1, Map.of(SPACE, target))).line(SPACE);
    due = new RedisDueList(line, "due", RedisTime.of(() -> Instant.ofEpochMilli(now.get())));
    foreign.send("ZADD", "due", START, "a", START - 1, "b", START + 1, "c");
  }

  @AfterEach
  void close() throws Exception {
    foreign.close();
    await(vertx.close());
  }

  private Claim claim(int most) throws Exception {
    return await(due.claim(most));
  }

  private void settle(Claim claim, Map<String, Long> next) throws Exception {
    await(due.settle(claim, next));
  }

  @Test
  void whatIsDue_isClaimedOnceTheEarliestFirst() throws Exception {
    assertEquals(List.of("b", "a"), claim(10).ids());
    assertEquals(List.of(), claim(10).ids());
    now.addAndGet(1);
    assertEquals(List.of("c"), claim(10).ids());
  }

  @Test
  void aClaim_takesNoMoreThanItSays() throws Exception {
    assertEquals(List.of("b"), claim(1).ids());
    assertEquals(List.of("a"), claim(1).ids());
  }

  @Test
  void whatWasNotSettled_isClaimedAgainAfterTheLease() throws Exception {
    claim(10);
    now.addAndGet(LEASE);
    assertEquals(List.of("c"), claim(10).ids());
    now.addAndGet(1);
    assertEquals(List.of("a", "b"), claim(10).ids());
  }

  @Test
  void whatWasSettled_isDueWhenItWasSaidOrNever() throws Exception {
    settle(claim(10), Map.of("a", START + 5000, "b", RedisDueList.NEVER));
    assertEquals(String.valueOf(START + 5000), foreign.text("ZSCORE", "due", "a"));
    assertEquals("null", foreign.text("ZSCORE", "due", "b"));
  }

  @Test
  void whatWasEnteredAnewMeanwhile_isLeftAsItIs() throws Exception {
    Claim claim = claim(10);
    foreign.send("ZADD", "due", START + 7, "a");
    settle(claim, Map.of("a", START + 5000, "b", START + 5000));
    assertEquals(String.valueOf(START + 7), foreign.text("ZSCORE", "due", "a"));
  }

  @Test
  void whatWasEnteredAnewForTheEndOfTheLease_isLeftAsItIs() throws Exception {
    Claim claim = claim(10);
    foreign.send("ZADD", "due", claim.until(), "a");
    settle(claim, Map.of("a", RedisDueList.NEVER));
    assertEquals(String.valueOf(claim.until()), foreign.text("ZSCORE", "due", "a"));
  }

  @Test
  void whatWasRemovedMeanwhile_staysRemoved() throws Exception {
    Claim claim = claim(10);
    foreign.send("ZREM", "due", "a");
    settle(claim, Map.of("a", START + 5000));
    assertEquals("null", foreign.text("ZSCORE", "due", "a"));
  }

  @Test
  void withoutATestsClock_itIsRedissTimeThatCounts() throws Exception {
    foreign.send("DEL", "due");
    RedisDueList ours = new RedisDueList(line, "due", RedisTime.SERVER);
    long before = redisTime();
    await(ours.in(Map.of("now", 0L, "later", 60_000L)));
    assertEquals(1, await(ours.later()));
    Claim claim = await(ours.claim(10));
    assertEquals(List.of("now"), claim.ids());
    assertTrue(claim.now() >= before && claim.now() <= redisTime());
    assertEquals(claim.now() + LEASE, claim.until());
  }

  private long redisTime() {
    List<?> time = (List<?>) foreign.send("TIME");
    return Long.parseLong(time.get(0).toString()) * 1000
        + Long.parseLong(time.get(1).toString()) / 1000;
  }

  @Test
  void whatIsDueSoonerOrAtAll_isNotPutOff() throws Exception {
    await(due.soon("c", 60_000));
    await(due.once("a", 60_000));
    assertEquals(List.of("b", "a"), claim(10).ids());
    await(due.once("d", 1));
    now.addAndGet(1);
    assertEquals(List.of("c", "d"), claim(10).ids());
  }

  @Test
  void aLateSettlement_changesNothingOfWhatAnotherClaimed() throws Exception {
    Claim late = claim(10);
    now.addAndGet(LEASE + 1);
    claim(10);
    settle(late, Map.of("a", START + 5000));
    assertEquals(START + 1 + 2 * LEASE + ".5", foreign.text("ZSCORE", "due", "a"));
  }

  @Test
  void anException_failsItsEntryAlone() throws Exception {
    await(
        due.work(
            10,
            (id, at) -> {
              if (id.equals("b")) {
                throw new IllegalStateException("An entry that the work cannot read");
              }
              return Future.succeededFuture(RedisDueList.NEVER);
            }));
    assertEquals("null", foreign.text("ZSCORE", "due", "a"));
    assertEquals(START + LEASE + ".5", foreign.text("ZSCORE", "due", "b"));
  }
}
