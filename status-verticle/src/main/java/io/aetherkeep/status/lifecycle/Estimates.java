package io.aetherkeep.status.lifecycle;

import io.aetherkeep.catalogue.StatusAsks.Estimate;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Members;
import io.aetherkeep.document.Offload;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.store.Attempt;
import io.aetherkeep.status.store.StatusStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Estimates of completion times, for statuses without one of their own: by progress, or else by the
 * median duration of recent attempts of the same kind.
 */
final class Estimates {

  /** Minimum number of past durations. */
  private static final int FEWEST = 3;

  private static final Duration KNOWN_FOR = Duration.ofSeconds(10);

  private final StatusStore store;
  private final InstantSource clock;
  private final Map<StatusKind, Usual> usual = new HashMap<>();

  Estimates(StatusStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Median duration of a kind, and when to compute it again. */
  private record Usual(@Nullable Long millis, long until) {}

  Future<@Nullable Estimate> of(StatusKind kind, Document document, Attempt run) {
    return Offload.run(document.length(), () -> hasOwnEstimate(document))
        .compose(said -> said ? Future.succeededFuture() : guessed(kind, run));
  }

  /** Whether the document has its own estimate, or is no JSON object. */
  private static boolean hasOwnEstimate(Document document) {
    Members members = Members.tryOf(document);
    return members == null || members.text("estimated_completion_time") != null;
  }

  private Future<@Nullable Estimate> guessed(StatusKind kind, Attempt run) {
    Double progress = run.progress();
    if (progress != null && progress > 0 && run.at() > run.started()) {
      double whole = (run.at() - run.started()) * 100 / progress;
      return Future.succeededFuture(later(run.started() + Math.round(whole), "progress"));
    }
    return usual(kind)
        .map(millis -> millis == null ? null : later(run.started() + millis, "history"));
  }

  /** Returns the estimate, or null if it is in the past. */
  private @Nullable Estimate later(long at, String basis) {
    return at <= clock.millis() ? null : new Estimate(Instant.ofEpochMilli(at).toString(), basis);
  }

  private Future<@Nullable Long> usual(StatusKind kind) {
    Usual known = usual.get(kind);
    if (known != null && known.until > clock.millis()) {
      return Future.succeededFuture(known.millis);
    }
    return store
        .durations(kind)
        .map(Estimates::median)
        .onSuccess(
            millis -> usual.put(kind, new Usual(millis, clock.millis() + KNOWN_FOR.toMillis())));
  }

  private static @Nullable Long median(List<Long> durations) {
    List<Long> sorted = durations.stream().sorted().toList();
    return sorted.size() < FEWEST ? null : sorted.get(sorted.size() / 2);
  }
}
