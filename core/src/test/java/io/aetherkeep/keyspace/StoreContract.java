package io.aetherkeep.keyspace;

import static io.aetherkeep.testing.Futures.await;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.keyspace.Store.Write;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Contract of every store; a subclass supplies the store and a way to let time pass. */
public abstract class StoreContract<V> {

  /** The keyspace under test, whose values expire an hour after the last write. */
  protected abstract Keyspace<V> keyspace();

  protected abstract Store<V> store();

  /** A value, different for each number. */
  protected abstract V value(int number);

  /** Lets time pass for the store. */
  protected abstract void pass(Duration time);

  public Key<V> key(String id) {
    return keyspace().key(id);
  }

  private Optional<V> found(String id) throws Exception {
    return await(store().find(key(id))).map(Stored::value);
  }

  @Test
  void find_answersNothingForWhatWasNeverPut() throws Exception {
    assertEquals(Optional.empty(), found("absent"));
  }

  @Test
  void put_isFoundWithItsWholeLifetimeLeft() throws Exception {
    assertEquals(Write.WAS_ABSENT, await(store().put(key("a"), value(1), Condition.any())));
    Stored<V> stored = await(store().find(key("a"))).orElseThrow();
    assertEquals(value(1), stored.value());
    assertNear(Duration.ofHours(1), stored.remaining());
    assertNear(Duration.ZERO, stored.age());
  }

  @Test
  void put_overSomethingSaysSo() throws Exception {
    await(store().put(key("a"), value(1), Condition.any()));
    assertEquals(Write.WAS_PRESENT, await(store().put(key("a"), value(2), Condition.any())));
    assertEquals(Optional.of(value(2)), found("a"));
  }

  @Test
  void find_tellsTheAgeOfAnUnusualLifetime() throws Exception {
    await(store().put(key("a"), value(1), Condition.any(), ofMinutes(10)));
    pass(ofMinutes(4));
    Stored<V> stored = await(store().find(key("a"))).orElseThrow();
    assertNear(ofMinutes(6), stored.remaining());
    assertNear(ofMinutes(4), stored.age());
  }

  @Test
  void put_withTheUsualLifetimeForgetsAnUnusualOne() throws Exception {
    await(store().put(key("a"), value(1), Condition.any(), ofMinutes(10)));
    await(store().put(key("a"), value(2), Condition.any()));
    pass(ofMinutes(4));
    assertNear(ofMinutes(4), await(store().find(key("a"))).orElseThrow().age());
  }

  @Test
  void put_endsWithItsLifetime() throws Exception {
    await(store().put(key("a"), value(1), Condition.any(), ofMinutes(10)));
    pass(ofMinutes(10));
    assertEquals(Optional.empty(), found("a"));
    assertFalse(await(store().touch(key("a"))));
  }

  @Test
  void put_whereAbsentIsRefusedWhereThereIsSomething() throws Exception {
    assertEquals(Write.WAS_ABSENT, await(store().put(key("a"), value(1), Condition.absent())));
    assertEquals(Write.REFUSED, await(store().put(key("a"), value(2), Condition.absent())));
    assertEquals(Optional.of(value(1)), found("a"));
  }

  @Test
  void put_wherePresentNeverRevives() throws Exception {
    assertEquals(Write.REFUSED, await(store().put(key("a"), value(1), Condition.present())));
    assertEquals(Optional.empty(), found("a"));
    await(store().put(key("a"), value(1), Condition.any()));
    assertEquals(Write.WAS_PRESENT, await(store().put(key("a"), value(2), Condition.present())));
  }

  @Test
  void put_whereStillComparesTheWholeValue() throws Exception {
    await(store().put(key("a"), value(1), Condition.any()));
    assertEquals(Write.REFUSED, await(store().put(key("a"), value(3), Condition.still(value(2)))));
    assertEquals(Optional.of(value(1)), found("a"));
    assertEquals(
        Write.WAS_PRESENT, await(store().put(key("a"), value(3), Condition.still(value(1)))));
    assertEquals(Optional.of(value(3)), found("a"));
  }

  @Test
  void put_refusedChangesNoLifetime() throws Exception {
    await(store().put(key("a"), value(1), Condition.any(), ofMinutes(10)));
    await(store().put(key("a"), value(2), Condition.absent(), ofMinutes(50)));
    assertNear(ofMinutes(10), await(store().find(key("a"))).orElseThrow().remaining());
  }

  @Test
  void remove_saysWhetherThereWasSomething() throws Exception {
    await(store().put(key("a"), value(1), Condition.any(), ofMinutes(10)));
    assertEquals(Write.WAS_PRESENT, await(store().remove(key("a"), Condition.any())));
    assertEquals(Write.WAS_ABSENT, await(store().remove(key("a"), Condition.any())));
    assertEquals(Optional.empty(), found("a"));
  }

  @Test
  void remove_whereStillLeavesWhatIsOther() throws Exception {
    await(store().put(key("a"), value(1), Condition.any()));
    assertEquals(Write.REFUSED, await(store().remove(key("a"), Condition.still(value(2)))));
    assertEquals(Write.WAS_PRESENT, await(store().remove(key("a"), Condition.still(value(1)))));
    assertEquals(Write.REFUSED, await(store().remove(key("a"), Condition.present())));
  }

  @Test
  void touch_startsTheLifetimeAnew() throws Exception {
    await(store().put(key("a"), value(1), Condition.any()));
    pass(ofMinutes(50));
    assertTrue(await(store().touch(key("a"))));
    assertNear(Duration.ofHours(1), await(store().find(key("a"))).orElseThrow().remaining());
  }

  @Test
  void touch_makesNothingOutOfNothing() throws Exception {
    assertFalse(await(store().touch(key("a"))));
    assertEquals(Optional.empty(), found("a"));
  }

  @Test
  void findAll_answersInTheOrderAsked() throws Exception {
    await(store().put(key("a"), value(1), Condition.any()));
    await(store().put(key("c"), value(3), Condition.any()));
    assertEquals(
        List.of(Optional.of(value(3)), Optional.empty(), Optional.of(value(1))),
        await(store().findAll(List.of(key("c"), key("b"), key("a")))));
    assertEquals(List.of(), await(store().findAll(List.of())));
  }

  /** Compares lifetimes, which decrease by milliseconds until the answer. */
  private static void assertNear(Duration expected, Duration actual) {
    Duration off = expected.minus(actual).abs();
    assertTrue(off.compareTo(ofSeconds(5)) < 0, () -> expected + " expected, not " + actual);
  }
}
