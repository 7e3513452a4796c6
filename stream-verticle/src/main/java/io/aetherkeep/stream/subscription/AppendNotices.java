package io.aetherkeep.stream.subscription;

import io.aetherkeep.stream.subscription.store.RedisWakes.Note;
import io.aetherkeep.stream.subscription.store.SubscriptionIndex;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Notifier of subscriptions about appends to their streams, on one event loop. The first append
 * after a pause is processed at once; appends shortly after it are combined.
 */
final class AppendNotices {

  private static final System.Logger LOG = System.getLogger(AppendNotices.class.getName());

  private static final long GATHER_MILLIS = 50;
  private static final int BATCH = 500;

  private final Vertx vertx;
  private final SubscriptionIndex index;
  private final Waker waker;
  private final Function<String, SpaceSubscriptions> spaces;
  private Map<String, Map<String, String>> gathered = new LinkedHashMap<>();
  private boolean armed;

  AppendNotices(
      Vertx vertx,
      SubscriptionIndex index,
      Waker waker,
      Function<String, SpaceSubscriptions> spaces) {
    this.vertx = vertx;
    this.index = index;
    this.waker = waker;
    this.spaces = spaces;
  }

  void appended(String space, String path, String tail) {
    gathered.computeIfAbsent(space, first -> new LinkedHashMap<>()).put(path, tail);
    if (!armed) {
      armed = true;
      vertx.runOnContext(turn -> flush());
    }
  }

  private void flush() {
    Map<String, Map<String, String>> all = gathered;
    gathered = new LinkedHashMap<>();
    all.forEach(this::notice);
    vertx.setTimer(
        GATHER_MILLIS,
        id -> {
          if (gathered.isEmpty()) {
            armed = false;
          } else {
            flush();
          }
        });
  }

  private void notice(String space, Map<String, String> tails) {
    Map<String, List<Note>> notes = new LinkedHashMap<>();
    tails.forEach(
        (path, tail) ->
            index
                .matching(space, path)
                .forEach(
                    entry ->
                        notes
                            .computeIfAbsent(entry.id(), first -> new ArrayList<>())
                            .add(new Note(path, entry.globs(path) ? "glob" : "known", tail))));
    notes.forEach((id, all) -> notice(spaces.apply(space), id, all));
  }

  private void notice(SpaceSubscriptions space, String id, List<Note> notes) {
    for (int from = 0; from < notes.size(); from += BATCH) {
      // The sweep repairs failures.
      waker
          .wake(space, id, "", notes.subList(from, Math.min(notes.size(), from + BATCH)))
          .onFailure(
              thrown ->
                  LOG.log(
                      System.Logger.Level.DEBUG,
                      () -> "Appends are noticed later by subscription " + id + ": " + thrown));
    }
  }
}
