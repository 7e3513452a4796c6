package io.aetherkeep.session.history;

import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.HistoryStore;
import io.aetherkeep.session.store.HistoryStore.Appending;
import io.aetherkeep.session.store.HistoryStore.Outcome;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Write-behind of long histories: moves pending messages from the tail into the field, immediately
 * but at most once a second per session.
 */
public final class HistoryFlush {

  private static final System.Logger LOG = System.getLogger(HistoryFlush.class.getName());

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final BiConsumer<Duration, Runnable> timer;
  private final TokenCounter tokens;

  /** Sessions that were flushed less than a pause ago. */
  private final Set<String> paused = new HashSet<>();

  /** Flushes to run when the pause of their session ends. */
  private final Map<String, Supplier<Future<Void>>> waiting = new HashMap<>();

  public HistoryFlush(BiConsumer<Duration, Runnable> timer, TokenCounter tokens) {
    this.timer = timer;
    this.tokens = tokens;
  }

  public void schedule(SessionSpace space, String id) {
    HistoryStore transcripts = space.transcripts();
    if (transcripts == null) {
      return;
    }
    String who = space.name() + " " + id;
    Supplier<Future<Void>> flush = () -> flush(transcripts, id);
    if (paused.add(who)) {
      timer.accept(PAUSE, () -> afterPause(who));
      flush.get().onFailure(thrown -> warn(thrown.toString()));
    } else {
      waiting.put(who, flush);
    }
  }

  private void afterPause(String who) {
    Supplier<Future<Void>> next = waiting.remove(who);
    if (next == null) {
      paused.remove(who);
    } else {
      timer.accept(PAUSE, () -> afterPause(who));
      next.get().onFailure(thrown -> warn(thrown.toString()));
    }
  }

  /** Flushes a session's pending messages now. */
  public Future<Void> flush(SessionSpace space, String id) {
    HistoryStore transcripts = space.transcripts();
    return transcripts == null ? Future.succeededFuture() : flush(transcripts, id);
  }

  private Future<Void> flush(HistoryStore transcripts, String id) {
    return transcripts
        .flush(id)
        .compose(done -> uncountTrimmed(transcripts, id, null, done))
        .onSuccess(
            done -> {
              if (done.outcome() == Outcome.UNREADABLE) {
                warn("the field is not a JSON array");
              }
            })
        .mapEmpty();
  }

  /** Subtracts the tokens of trimmed messages from the context window. */
  Future<Appending> uncountTrimmed(
      HistoryStore transcripts, String id, @Nullable String key, Appending done) {
    if (done.trimmed().isEmpty()) {
      return Future.succeededFuture(done);
    }
    return tokens
        .of(done.trimmed())
        .compose(count -> transcripts.uncount(id, count, key))
        .map(done::counting);
  }

  /** Runs the flushes that wait for a pause, so that none is left to another node. */
  public Future<Void> close() {
    List<Future<Void>> last = waiting.values().stream().map(Supplier::get).toList();
    waiting.clear();
    return Future.join(last).mapEmpty();
  }

  private static void warn(String reason) {
    LOG.log(
        System.Logger.Level.WARNING,
        "Cannot flush the pending messages of a session into its history: " + reason);
  }
}
