package io.aetherkeep.redis;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.cluster.RedisSlots;
import io.aetherkeep.redis.script.RedisScript;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Transactional outbox of a space: a script that makes a change appends its event in the same step,
 * so that a crash of a node loses neither.
 *
 * <p>Only events that an endpoint receives are appended. A space without endpoints pays one empty
 * argument per script, without work for Redis.
 *
 * <p>On a cluster a script can reach only one slot, so it appends to a part of the outbox in the
 * slot of the changed key. The webhook verticle moves the events of the parts to the outbox.
 */
public final class RedisOutbox {

  private final Space space;
  private final boolean cluster;
  private final String events;
  private final String counters;
  private final Set<Integer> written = ConcurrentHashMap.newKeySet();
  private volatile Set<String> wanted = Set.of();
  private volatile int most = 10_000;

  RedisOutbox(Space space, boolean cluster) {
    this.space = space;
    this.cluster = cluster;
    this.events = space.prefix() + Keyspaces.OUTBOX.key().text();
    this.counters = space.prefix() + Keyspaces.OUTBOX_COUNTERS.key().text();
  }

  /** The key of the stream of events. */
  public String events() {
    return events;
  }

  /** The key of the counters: the number of events so far, and the position of each endpoint. */
  public String counters() {
    return counters;
  }

  /** The key of the part of the outbox in a slot of a cluster. */
  public String part(int slot) {
    return space.prefix() + Keyspaces.OUTBOX_PARTS.key(RedisSlots.tag(slot)).text();
  }

  private String states(int slot) {
    return space.prefix() + Keyspaces.OUTBOX_STATES.key(RedisSlots.tag(slot)).text();
  }

  /** Whether scripts append to parts of the outbox, one per slot. */
  public boolean isInParts() {
    return cluster;
  }

  /** Removes and returns the slots in whose parts this node has appended events. */
  public List<Integer> drainWritten() {
    List<Integer> slots = List.copyOf(written);
    slots.forEach(written::remove);
    return slots;
  }

  /** Makes {@link #drainWritten} return these slots again. */
  public void noteWritten(Collection<Integer> slots) {
    written.addAll(slots);
  }

  /** The types of events that scripts append. */
  public Set<String> wanted() {
    return wanted;
  }

  /**
   * Sets the types of events that scripts append from now on.
   *
   * @param entries approximate limit of the outbox; the oldest events are dropped
   */
  public void want(Set<String> types, int entries) {
    most = entries;
    wanted = Set.copyOf(types);
  }

  boolean wants(RedisScript script) {
    return script.events().stream().anyMatch(wanted::contains);
  }

  /** Adds the arguments of outbox.lua to a call, if its script announces events. */
  RedisScript.Call complete(RedisScript script, RedisScript.Call call) {
    if (script.events().isEmpty()) {
      return call;
    }
    RedisScript.Call whole = RedisScript.call().with(call);
    String types =
        call.said().isEmpty()
            ? ""
            : script.events().stream()
                .filter(wanted::contains)
                .map(type -> " " + type + " ")
                .collect(Collectors.joining());
    if (types.isEmpty()) {
      return whole.arg("");
    }
    int slot = cluster && !call.keys().isEmpty() ? RedisSlots.of(call.keys().get(0)) : -1;
    whole.key(slot < 0 ? events : part(slot)).key(slot < 0 ? counters : states(slot));
    call.said().stream().skip(1).forEach(whole::arg);
    return whole
        .arg(call.said().size() - 1)
        .arg(call.said().get(0))
        .arg(most)
        .arg(slot < 0 ? "numbered" : "part")
        .arg(types);
  }

  /** Records the slot of a call that appends to a part, even if its outcome is unknown. */
  <T> Future<T> noting(RedisScript.Call call, Future<T> done) {
    if (!cluster || call.said().isEmpty() || wanted.isEmpty() || call.keys().isEmpty()) {
      return done;
    }
    return done.onComplete(any -> written.add(RedisSlots.of(call.keys().get(0))));
  }
}
