package io.aetherkeep.health.provider;

import io.aetherkeep.catalogue.ProviderAsks.Outcome;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.health.provider.PendingOutcomes.Kept;
import io.aetherkeep.health.settings.ProviderRules;
import io.aetherkeep.health.store.IsoTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judgement of a provider by one node alone while Redis is down, from the last record that it read
 * and the outcomes reported to it since. It applies the shared rules' thresholds, but never
 * disables a member of a group: only Redis can grant a place among the group's disabled.
 */
record LocalJudgement(String id, ProviderRules rules, Instant now) {

  /** Reason of a provider whose {@code Retry-After} runs; outcomes.lua writes the same. */
  private static final String RETRY_AFTER = "it sent Retry-After";

  private static final ProviderHealth UNKNOWN =
      new ProviderHealth(
          "",
          Status.HEALTHY,
          1,
          0,
          null,
          null,
          0,
          0,
          null,
          null,
          null,
          null,
          null,
          false,
          null,
          false,
          null);

  /** Status, its reason, and its end. */
  private record Verdict(Status status, @Nullable String reason, @Nullable Instant until) {}

  ProviderHealth of(Optional<ProviderHealth> seen, List<Kept> since, Duration age) {
    ProviderHealth last = seen.orElse(UNKNOWN);
    List<Kept> counted = since.stream().filter(kept -> kept.retryAfterEnd() == null).toList();
    long good = counted.stream().filter(kept -> kept.outcome().success()).count();
    long requests = last.requests() + counted.size();
    double rate =
        requests == 0
            ? last.successRate()
            : (last.successRate() * last.requests() + good) / requests;
    long row = inARow(last, counted);
    Kept failure = lastFailure(since);
    Verdict verdict = inForce(last, retryAfterEnd(since));
    if (verdict == null) {
      verdict = verdict(last, rate, requests, row, lastFailure(counted));
    }
    return new ProviderHealth(
        id,
        verdict.status,
        rate,
        latency(last, counted),
        failure == null ? last.lastFailure() : IsoTime.format(failure.at()),
        failure == null ? last.lastError() : failure.outcome().error(),
        requests,
        row,
        last.p50Latency(),
        last.p95Latency(),
        last.p99Latency(),
        rules.group(),
        verdict.reason,
        isByHand(last),
        verdict.until == null ? null : IsoTime.format(verdict.until),
        last.trial(),
        age.toSeconds());
  }

  private static long inARow(ProviderHealth last, List<Kept> since) {
    long row = 0;
    for (int i = since.size() - 1; i >= 0; i--) {
      if (since.get(i).outcome().success()) {
        return row;
      }
      row++;
    }
    return row + last.consecutiveFailures();
  }

  private static @Nullable Kept lastFailure(List<Kept> since) {
    return since.stream()
        .filter(kept -> !kept.outcome().success())
        .reduce((a, b) -> b)
        .orElse(null);
  }

  private static double latency(ProviderHealth last, List<Kept> since) {
    List<Long> latencies =
        since.stream().map(Kept::outcome).map(Outcome::latencyMs).filter(Objects::nonNull).toList();
    double sum = latencies.stream().mapToLong(Long::longValue).sum();
    long before = latencies.isEmpty() ? 0 : Math.min(last.requests(), 100);
    return latencies.isEmpty()
        ? last.avgLatency()
        : (last.avgLatency() * before + sum) / (before + latencies.size());
  }

  /** The latest end of a {@code Retry-After}, or null if none runs. */
  private @Nullable Instant retryAfterEnd(List<Kept> since) {
    return since.stream()
        .map(Kept::retryAfterEnd)
        .filter(end -> end != null && end.isAfter(now))
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  /** The status that no counted outcome changes: an override, a rest or a cool-down; or null. */
  private @Nullable Verdict inForce(ProviderHealth last, @Nullable Instant rest) {
    Instant until = until(last);
    boolean disabled = last.status() == Status.DISABLED && isAhead(until);
    boolean longer = until == null || rest == null || until.isAfter(rest);
    if (isByHand(last) || (disabled && longer)) {
      return new Verdict(last.status(), last.reason(), until);
    }
    return rest == null ? null : new Verdict(Status.DISABLED, RETRY_AFTER, rest);
  }

  /** Whether a manual override is in force. */
  private boolean isByHand(ProviderHealth last) {
    return last.byHand() && isAhead(until(last));
  }

  private static @Nullable Instant until(ProviderHealth last) {
    return last.until() == null ? null : Instant.parse(last.until());
  }

  /** The last status, or the one after it if its end has passed. */
  private Verdict unchanged(ProviderHealth last) {
    if (last.byHand()) {
      return new Verdict(Status.HEALTHY, "the manual override has expired", null);
    }
    if (last.status() != Status.DISABLED) {
      return new Verdict(last.status(), last.reason(), null);
    }
    return RETRY_AFTER.equals(last.reason())
        ? new Verdict(Status.HEALTHY, "its Retry-After has passed", null)
        : new Verdict(Status.DEGRADED, last.reason(), null);
  }

  private Verdict verdict(
      ProviderHealth last, double rate, long requests, long row, @Nullable Kept failure) {
    boolean enough = requests >= rules.leastRequests();
    if (failure != null && row >= rules.failuresInARow()) {
      return disabled(row + " failures in a row", failure);
    }
    if (failure != null && enough && rate < rules.disabledBelow()) {
      return disabled("success rate by this node alone", failure);
    }
    Verdict unchanged = unchanged(last);
    boolean worse = enough && rate < rules.degradedBelow();
    return unchanged.status == Status.HEALTHY && worse
        ? new Verdict(Status.DEGRADED, "success rate by this node alone", null)
        : unchanged;
  }

  private Verdict disabled(String why, Kept failure) {
    Instant until = failure.at().plus(rules.coolDown());
    boolean disables = rules.group() == null && isAhead(until);
    return new Verdict(disables ? Status.DISABLED : Status.DEGRADED, why, disables ? until : null);
  }

  private boolean isAhead(@Nullable Instant until) {
    return until == null || until.isAfter(now);
  }
}
