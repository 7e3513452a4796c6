package io.aetherkeep.router.watch;

import io.aetherkeep.router.watch.topic.TopicKind;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.router.watch.topic.WatchedTopic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Watched topics of one event loop, by space, kind and keys. */
final class TopicTable {

  private record Key(String space, TopicKind kind, List<String> keys) {

    static Key of(TopicName name) {
      return new Key(name.space(), name.kind(), name.keys());
    }
  }

  private final Map<Key, WatchedTopic> topics = new LinkedHashMap<>();

  @Nullable WatchedTopic get(String space, TopicKind kind, List<String> keys) {
    return topics.get(new Key(space, kind, keys));
  }

  @Nullable WatchedTopic get(TopicName name) {
    return topics.get(Key.of(name));
  }

  WatchedTopic getOrCreate(TopicName name, Function<TopicName, WatchedTopic> create) {
    return topics.computeIfAbsent(Key.of(name), key -> create.apply(name));
  }

  void remove(WatchedTopic topic) {
    topics.remove(Key.of(topic.name()), topic);
  }

  /** Reads a topic again, if it is watched. */
  void poll(String space, TopicKind kind, String... keys) {
    poll(space, kind, List.of(keys));
  }

  void poll(String space, TopicKind kind, List<String> keys) {
    WatchedTopic topic = get(space, kind, keys);
    if (topic != null) {
      topic.poll();
    }
  }

  /** Returns the topics of a space that match, for changes that no event names. */
  List<WatchedTopic> select(String space, Predicate<WatchedTopic> which) {
    return topics.values().stream()
        .filter(topic -> topic.name().space().equals(space) && which.test(topic))
        .toList();
  }

  List<WatchedTopic> all() {
    return List.copyOf(topics.values());
  }

  int size() {
    return topics.size();
  }
}
