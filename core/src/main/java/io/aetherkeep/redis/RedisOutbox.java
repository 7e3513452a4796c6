package io.aetherkeep.redis;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.script.RedisScript;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Transactional outbox of a space: a script that changes something appends the event that tells of
 * it in the same step, so that neither is there without the other, whichever node dies when.
 *
 * <p>Only what some endpoint wants is appended. A space without endpoints pays one empty argument a
 * script, and Redis does nothing for it.
 */
public final class RedisOutbox {

  private final String events;
  private final String counters;
  private volatile Set<String> wanted = Set.of();
  private volatile int most = 10_000;

  RedisOutbox(Space space) {
    this.events = space.prefix() + Keyspaces.OUTBOX.key().text();
    this.counters = space.prefix() + Keyspaces.OUTBOX_COUNTERS.key().text();
  }

  /** The key of the stream of events. */
  public String events() {
    return events;
  }

  /** The key of the number of events so far, and of how far each endpoint is. */
  public String counters() {
    return counters;
  }

  /** The types of events that are appended. */
  public Set<String> wanted() {
    return wanted;
  }

  /**
   * Has scripts append events of these types from now on.
   *
   * @param entries about how many events are kept; the oldest are dropped
   */
  public void want(Set<String> types, int entries) {
    most = entries;
    wanted = Set.copyOf(types);
  }

  boolean wants(RedisScript script) {
    return script.events().stream().anyMatch(wanted::contains);
  }

  /** The call with what outbox.lua needs, if the script announces anything. */
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
    whole.key(events).key(counters);
    call.said().stream().skip(1).forEach(whole::arg);
    return whole.arg(call.said().size() - 1).arg(call.said().get(0)).arg(most).arg(types);
  }
}
