package io.aetherkeep.cache.config;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What one node knows of a space's configurations, shared by its event loops; bounded. */
public final class ConfigState {

  /** In place of a version: there is none, but somebody asked for it. */
  static final String NONE = "";

  /** More configurations than a system has; the one that was used least gives way. */
  private static final int MOST = 10_000;

  private final Cache<String, String> versions =
      Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

  private final Map<String, Supplier<Future<?>>> owed = new ConcurrentHashMap<>();

  /** Notes the version that a reader has seen, unless one is known already. */
  void saw(String name, String version) {
    versions.asMap().putIfAbsent(name, version);
  }

  /** Notes the version that is there now, and answers the one before. */
  @Nullable String replace(String name, String version) {
    return versions.asMap().put(name, version);
  }

  boolean knows(String name) {
    return versions.asMap().containsKey(name);
  }

  List<String> names() {
    return List.copyOf(versions.asMap().keySet());
  }

  /** Keeps a step that Redis did not take, to be made again; the newest of a name. */
  void owe(String name, Supplier<Future<?>> step) {
    owed.put(name, step);
  }

  /** Makes the steps that are owed; those that fail stay. */
  void settle() {
    Map.copyOf(owed).forEach((name, step) -> step.get().onSuccess(done -> owed.remove(name, step)));
  }
}
