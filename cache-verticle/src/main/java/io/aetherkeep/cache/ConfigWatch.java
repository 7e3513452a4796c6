package io.aetherkeep.cache;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.ConfigAsks.ConfigChanged;
import io.aetherkeep.catalogue.Keyspaces;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Notices that a configuration of one space is another now, whoever changed it: by what Redis
 * tells, and by looking where it does not.
 */
final class ConfigWatch implements NearCache.Listeners {

  /** That there is none. */
  private static final String NONE = "";

  private final ConfigShelf shelf;
  private final Consumer<Event> announcement;
  private final Map<String, String> versions;

  /** Where somebody looked and Redis did not answer. */
  private final Set<String> owed = ConcurrentHashMap.newKeySet();

  /**
   * A watch over one space.
   *
   * @param versions those that this node has seen, by name
   */
  ConfigWatch(ConfigShelf shelf, Map<String, String> versions, Consumer<Event> announcement) {
    this.shelf = shelf;
    this.versions = versions;
    this.announcement = announcement;
  }

  @Override
  public void changed(String key) {
    Keyspaces.CONFIGS.pattern().parse(key).ifPresent(ids -> look(ids.get(0)));
  }

  @Override
  public void anything() {
    List.copyOf(versions.keySet()).forEach(this::look);
  }

  /** To be called every now and then: where Redis does not tell, it is looked. */
  void tick() {
    if (shelf.shelf().near().isArmed()) {
      List.copyOf(owed).forEach(this::look);
    } else {
      anything();
    }
  }

  private void look(String name) {
    Future<String> version;
    try {
      shelf.shelf().near().drop(shelf.key(name).text());
      version = Lookup.find(shelf.shelf(), shelf.key(name)).map(entry -> entry.value().version());
    } catch (Failure noName) {
      return;
    }
    version
        .recover(
            thrown ->
                Failure.from(thrown).code() == Code.ENTRY_UNKNOWN
                    ? Future.succeededFuture(NONE)
                    : Future.failedFuture(thrown))
        .onComplete(
            now -> {
              owed.remove(name);
              found(name, now);
            },
            thrown -> owed.add(name));
  }

  private void found(String name, String now) {
    String before = versions.put(name, now);
    // Redis tells of keys and not of databases: it may have been another space's.
    boolean never = before == null && now.equals(NONE);
    if (!never && !now.equals(before)) {
      announcement.accept(
          new ConfigChanged(
              shelf.shelf().room().space().name(), name, now.equals(NONE) ? null : now));
    }
  }
}
