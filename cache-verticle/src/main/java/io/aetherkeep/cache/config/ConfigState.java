package io.aetherkeep.cache.config;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Bounded state of a space's configurations on one node, shared by its event loops. */
public final class ConfigState {

  /** Version of a configuration that was read but does not exist. */
  static final String NONE = "";

  /** Maximum number of configurations; the least recently used one is evicted. */
  private static final int MOST = 10_000;

  private final Cache<String, String> versions =
      Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

  private final Map<String, Supplier<Future<?>>> pending = new ConcurrentHashMap<>();

  /** Records the version that a reader saw, unless a version is known already. */
  void observe(String name, String version) {
    versions.asMap().putIfAbsent(name, version);
  }

  /** Records the current version and returns the one known before. */
  @Nullable String replace(String name, String version) {
    return versions.asMap().put(name, version);
  }

  /** Whether it was read but did not exist. */
  boolean isMissing(String name) {
    return NONE.equals(versions.asMap().get(name));
  }

  boolean knows(String name) {
    return versions.asMap().containsKey(name);
  }

  List<String> names() {
    return List.copyOf(versions.asMap().keySet());
  }

  /** Keeps a step that failed, to be retried; only the newest one of the same kind and name. */
  void retryLater(String step, Supplier<Future<?>> again) {
    pending.put(step, again);
  }

  /** Retries the kept steps; those that fail again stay. */
  void retry() {
    Map.copyOf(pending)
        .forEach((name, step) -> step.get().onSuccess(done -> pending.remove(name, step)));
  }
}
