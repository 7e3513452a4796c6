package io.aetherkeep.keyspace;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Store of a keyspace in memory, with an injected clock, for tests of rules without Redis. */
public final class MemoryStore<V> implements Store<V> {

  private static final long FOR_EVER = Long.MAX_VALUE;

  private record Held<V>(V value, long writtenAt, long endsAt) {}

  private final Map<String, Held<V>> held = new HashMap<>();
  private final Lifetime lifetime;
  private final InstantSource clock;

  public MemoryStore(Lifetime lifetime, InstantSource clock) {
    this.lifetime = lifetime;
    this.clock = clock;
  }

  @Override
  public Future<Optional<Stored<V>>> find(Key<V> key) {
    return Future.succeededFuture(Optional.ofNullable(live(key)).map(this::stored));
  }

  private Stored<V> stored(Held<V> found) {
    if (found.endsAt == FOR_EVER) {
      return new Stored<>(found.value, Duration.ZERO, Duration.ofMillis(-1));
    }
    long now = clock.millis();
    return new Stored<>(
        found.value,
        Duration.ofMillis(now - found.writtenAt),
        Duration.ofMillis(found.endsAt - now));
  }

  @Override
  public Future<List<Optional<V>>> findAll(List<Key<V>> keys) {
    return Future.succeededFuture(
        keys.stream().map(key -> Optional.ofNullable(live(key)).map(Held::value)).toList());
  }

  @Override
  public Duration lifetime() {
    return lifetime.length();
  }

  @Override
  public Future<Write> put(
      Key<V> key, V value, Condition<V> condition, Duration length, String label) {
    Held<V> before = live(key);
    if (!holds(condition, before)) {
      return Future.succeededFuture(Write.REFUSED);
    }
    long now = clock.millis();
    long ends = length.isZero() ? FOR_EVER : now + length.toMillis();
    held.put(key.text(), new Held<>(value, now, ends));
    return Future.succeededFuture(before == null ? Write.WAS_ABSENT : Write.WAS_PRESENT);
  }

  @Override
  public Future<Write> remove(Key<V> key, Condition<V> condition) {
    Held<V> before = live(key);
    if (!holds(condition, before)) {
      return Future.succeededFuture(Write.REFUSED);
    }
    held.remove(key.text());
    return Future.succeededFuture(before == null ? Write.WAS_ABSENT : Write.WAS_PRESENT);
  }

  @Override
  public Future<Boolean> touch(Key<V> key) {
    Held<V> before = live(key);
    if (before != null && lifetime.counted()) {
      long now = clock.millis();
      held.put(key.text(), new Held<>(before.value, now, now + lifetime.length().toMillis()));
    }
    return Future.succeededFuture(before != null);
  }

  private @Nullable Held<V> live(Key<V> key) {
    Held<V> found = held.get(key.text());
    return found == null || found.endsAt <= clock.millis() ? null : found;
  }

  private boolean holds(Condition<V> condition, @Nullable Held<V> before) {
    return switch (condition.when()) {
      case ANY -> true;
      case ABSENT -> before == null;
      case PRESENT -> before != null;
      case STILL -> before != null && before.value.equals(condition.value());
    };
  }
}
