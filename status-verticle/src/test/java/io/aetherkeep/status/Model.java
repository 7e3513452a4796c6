package io.aetherkeep.status;

import io.aetherkeep.status.store.Outcome.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Minimal model of a status with sequential writers. */
final class Model {

  /** One update of a status. */
  record Update(int attempt, String word, @Nullable Integer progress) {

    static final List<String> WORDS =
        List.of("pending", "processing", "polishing", "completed", "failed");

    String json() {
      return "{\"status\":\""
          + word
          + "\""
          + (progress == null ? "" : ",\"progress\":" + progress)
          + "}";
    }

    boolean ends() {
      return word.equals("completed") || word.equals("failed");
    }
  }

  private int attempt;
  private boolean over;
  private int step;
  private int progress;
  private @Nullable Update last;

  Verdict apply(Update update) {
    int asked = update.attempt == 0 ? Math.max(attempt, 1) : update.attempt;
    if (asked < attempt) {
      return Verdict.STALE;
    }
    if (asked == attempt) {
      if (last != null && last.json().equals(update.json())) {
        return Verdict.SAME;
      }
      if (over) {
        return Verdict.FINAL;
      }
      if (goesBack(update)) {
        return Verdict.BEHIND;
      }
    } else {
      step = 0;
      progress = 0;
    }
    attempt = asked;
    over = update.ends();
    step = Math.max(step, step(update));
    progress = Math.max(progress, update.progress == null ? 0 : update.progress);
    last = update;
    return Verdict.CHANGED;
  }

  private boolean goesBack(Update update) {
    boolean known = update.word.equals("pending") || update.word.equals("processing");
    return (known && step(update) < step)
        || (update.progress != null && update.progress < progress);
  }

  private static int step(Update update) {
    return update.word.equals("processing") ? 1 : 0;
  }

  int attempt() {
    return attempt;
  }

  @Nullable Update last() {
    return last;
  }
}
