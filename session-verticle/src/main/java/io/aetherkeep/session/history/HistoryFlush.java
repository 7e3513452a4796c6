package io.aetherkeep.session.history;

import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.Transcripts;
import io.aetherkeep.session.store.Transcripts.Appending;
import io.aetherkeep.session.store.Transcripts.Outcome;
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
 * Moves what waits in the tails of long histories into their fields: at once, but for one session
 * not more often than Redis can bear.
 */
public final class HistoryFlush {

  private static final System.Logger LOG = System.getLogger(HistoryFlush.class.getName());

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final BiConsumer<Duration, Runnable> timer;
  private final TokenCounter tokens;

  /** Those that were folded a moment ago. */
  private final Set<String> resting = new HashSet<>();

  /** Those that wait for the pause to end. */
  private final Map<String, Supplier<Future<Void>>> waiting = new HashMap<>();

  public HistoryFlush(BiConsumer<Duration, Runnable> timer, TokenCounter tokens) {
    this.timer = timer;
    this.tokens = tokens;
  }

  public void later(SessionSpace space, String id) {
    Transcripts transcripts = space.transcripts();
    if (transcripts == null) {
      return;
    }
    String who = space.name() + " " + id;
    Supplier<Future<Void>> fold = () -> fold(transcripts, id);
    if (resting.add(who)) {
      timer.accept(PAUSE, () -> rested(who));
      fold.get().onFailure(thrown -> warn(id, thrown.toString()));
    } else {
      waiting.put(who, fold);
    }
  }

  private void rested(String who) {
    Supplier<Future<Void>> next = waiting.remove(who);
    if (next == null) {
      resting.remove(who);
    } else {
      timer.accept(PAUSE, () -> rested(who));
      next.get().onFailure(thrown -> warn(who, thrown.toString()));
    }
  }

  /** Moves what waits in a session's tail now; nobody may be left who does it later. */
  public Future<Void> fold(SessionSpace space, String id) {
    Transcripts transcripts = space.transcripts();
    return transcripts == null ? Future.succeededFuture() : fold(transcripts, id);
  }

  private Future<Void> fold(Transcripts transcripts, String id) {
    return transcripts
        .fold(id)
        .compose(done -> trimmed(transcripts, id, null, done))
        .onSuccess(
            done -> {
              if (done.outcome() == Outcome.UNREADABLE) {
                warn(id, "its field is no JSON array");
              }
            })
        .mapEmpty();
  }

  /** Takes what trimmed messages counted for off the context window. */
  Future<Appending> trimmed(
      Transcripts transcripts, String id, @Nullable String key, Appending done) {
    if (done.trimmed().isEmpty()) {
      return Future.succeededFuture(done);
    }
    return tokens
        .of(done.trimmed())
        .compose(count -> transcripts.uncount(id, count, key))
        .map(done::counting);
  }

  /** What waits is not left to somebody else. */
  public Future<Void> close() {
    List<Future<Void>> last = waiting.values().stream().map(Supplier::get).toList();
    waiting.clear();
    return Future.join(last).mapEmpty();
  }

  private static void warn(String id, String why) {
    LOG.log(
        System.Logger.Level.WARNING,
        "The newest messages of session " + id + " wait beside its history: " + why);
  }
}
