package io.aetherkeep.health.provider;

import io.aetherkeep.catalogue.ProviderAsks.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Bounded buffer of the outcomes that were reported while Redis was down: it keeps the newest of
 * each provider, and refuses providers beyond its limit.
 *
 * <p>A batch keeps its content and its number until its merge is confirmed. So it can be sent again
 * when the result of a merge is unknown, and still counts once. It is dropped once all its outcomes
 * are too old.
 */
public final class PendingOutcomes {

  private static final int MOST_EACH = 1000;
  private static final int MOST_PROVIDERS = 1000;

  /** Older outcomes are dropped. */
  private static final Duration LONGEST = Duration.ofMinutes(15);

  private final Map<String, Deque<Kept>> waiting = new LinkedHashMap<>();
  private final Map<String, Batch> handedOut = new LinkedHashMap<>();
  private long numbers;

  /** Outcome and the time of its report. */
  public record Kept(Outcome outcome, Instant at) {

    /** End of the provider's {@code Retry-After}, or null if it sent none. */
    @Nullable Instant retryAfterEnd() {
      Long seconds = outcome.retryAfterSeconds();
      return seconds == null ? null : at.plusSeconds(seconds);
    }

    /** Returns the outcome as if it were reported now: less of its {@code Retry-After} is left. */
    private Outcome reportedAt(Instant now) {
      Long seconds = outcome.retryAfterSeconds();
      Instant end = retryAfterEnd();
      if (seconds == null || end == null) {
        return outcome;
      }
      long left = (Duration.between(now, end).toMillis() + 999) / 1000;
      return new Outcome(
          outcome.success(),
          outcome.latencyMs(),
          outcome.error(),
          outcome.ttftMs(),
          outcome.tokens(),
          Math.max(0, Math.min(seconds, left)),
          outcome.kind(),
          outcome.lease());
    }
  }

  /** Outcomes of one provider that are merged together. */
  public record Batch(long number, List<Kept> kept) {
    public Batch {
      kept = List.copyOf(kept);
    }

    /** Whether some of its outcomes are not too old yet. */
    boolean isNewerThan(Instant oldest) {
      return kept.stream().anyMatch(one -> !one.at.isBefore(oldest));
    }

    /** Returns the outcomes, with what is left of each {@code Retry-After}. */
    public List<Outcome> outcomes(Instant now) {
      return kept.stream().map(one -> one.reportedAt(now)).toList();
    }
  }

  /** Keeps outcomes; returns false if there is no room for another provider. */
  public synchronized boolean keep(String id, List<Outcome> outcomes, Instant now) {
    if (!waiting.containsKey(id) && waiting.size() >= MOST_PROVIDERS) {
      return false;
    }
    Deque<Kept> own = waiting.computeIfAbsent(id, first -> new ArrayDeque<>());
    for (Outcome outcome : outcomes) {
      own.addLast(new Kept(outcome, now));
      if (own.size() > MOST_EACH) {
        own.removeFirst();
      }
    }
    return true;
  }

  /** Returns a provider's outcomes whose merge is not confirmed, the oldest first. */
  public synchronized List<Kept> of(String id) {
    List<Kept> all = new ArrayList<>();
    Batch batch = handedOut.get(id);
    if (batch != null) {
      all.addAll(batch.kept);
    }
    all.addAll(waiting.getOrDefault(id, new ArrayDeque<>()));
    return all;
  }

  public synchronized Set<String> ids() {
    Set<String> all = new TreeSet<>(waiting.keySet());
    all.addAll(handedOut.keySet());
    return all;
  }

  /** Returns the next batch of a provider, or null if all its outcomes are too old. */
  synchronized @Nullable public Batch takeBatch(String id, Instant now) {
    Batch before = handedOut.get(id);
    if (before != null && before.isNewerThan(now.minus(LONGEST))) {
      return before;
    }
    handedOut.remove(id);
    Deque<Kept> own = waiting.remove(id);
    if (own == null) {
      return null;
    }
    own.removeIf(kept -> kept.at.isBefore(now.minus(LONGEST)));
    if (own.isEmpty()) {
      return null;
    }
    Batch batch = new Batch(++numbers, List.copyOf(own));
    handedOut.put(id, batch);
    return batch;
  }

  /** Forgets a batch that was merged, or that cannot be merged. */
  public synchronized void remove(String id, Batch batch) {
    handedOut.remove(id, batch);
  }
}
