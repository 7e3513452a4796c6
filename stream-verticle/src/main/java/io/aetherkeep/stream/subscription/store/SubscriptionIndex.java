package io.aetherkeep.stream.subscription.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Near cache of the patterns and explicit paths of all spaces' subscriptions, shared by the event
 * loops of a node.
 */
public final class SubscriptionIndex {

  private final Map<String, Map<String, Entry>> spaces = new ConcurrentHashMap<>();

  /** Pattern and explicit paths of a subscription. */
  public record Entry(String id, @Nullable PathGlob pattern, Set<String> explicit) {

    public Entry {
      explicit = Set.copyOf(explicit);
    }

    public boolean globs(String path) {
      return pattern != null && pattern.matches(path);
    }

    boolean has(String path) {
      return explicit.contains(path) || globs(path);
    }
  }

  private Map<String, Entry> of(String space) {
    return spaces.computeIfAbsent(space, first -> new ConcurrentHashMap<>());
  }

  public boolean isEmpty(String space) {
    Map<String, Entry> known = spaces.get(space);
    return known == null || known.isEmpty();
  }

  public int size(String space) {
    return of(space).size();
  }

  public void put(String space, Entry entry) {
    of(space).put(entry.id, entry);
  }

  public void remove(String space, String id) {
    of(space).remove(id);
  }

  public void retain(String space, List<String> ids) {
    of(space).keySet().retainAll(Set.copyOf(ids));
  }

  /** The subscriptions that a stream belongs to. */
  public List<Entry> matching(String space, String path) {
    if (isEmpty(space)) {
      return List.of();
    }
    List<Entry> found = new ArrayList<>();
    for (Entry entry : of(space).values()) {
      if (entry.has(path)) {
        found.add(entry);
      }
    }
    return found;
  }
}
