package io.aetherkeep.health;

import io.aetherkeep.catalogue.ProviderAsks.Outcome;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.health.settings.ProviderRules;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Model of the rules of one provider's health. */
final class ProviderModel {

  /** Outcome with the minute of its report. */
  private record Counted(boolean good, long minute) {}

  private final ProviderRules rules;
  private final List<Counted> counted = new ArrayList<>();
  private final Deque<Long> latencies = new ArrayDeque<>();
  private final List<String> changes = new ArrayList<>();
  private Status status = Status.HEALTHY;
  private int row;
  private int trial;
  private long coolDown;
  private long until;
  private @Nullable Status hand;

  /** Number of requests as which a set record counts, and since when. */
  private int set;

  private long setMinute;

  /** Whether the override is a record that was set. */
  private boolean outright;

  ProviderModel(ProviderRules rules) {
    this.rules = rules;
  }

  Status status() {
    return status;
  }

  boolean onTrial() {
    return trial > 0;
  }

  boolean byHand() {
    return hand != null;
  }

  /** Time of the next automatic change; 0 for never. */
  long until() {
    return until;
  }

  int failuresInARow() {
    return row;
  }

  /** All changes, each after it was settled. */
  List<String> changes() {
    return changes;
  }

  void report(List<Outcome> outcomes, long now) {
    Status before = status;
    passTime(now);
    outcomes.forEach(outcome -> take(outcome, now));
    changed(before);
  }

  void look(long now) {
    Status before = status;
    passTime(now);
    changed(before);
  }

  private void changed(Status before) {
    if (before != status) {
      changes.add(before.word() + ">" + status.word());
    }
  }

  private void passTime(long now) {
    counted.removeIf(outcome -> outcome.minute < now / 60_000 - 14);
    if (setMinute < now / 60_000 - 14) {
      set = 0;
    }
    if (now < until || until == 0) {
      return;
    }
    until = 0;
    if (hand != null) {
      if (outright || hand == Status.DISABLED) {
        healthy();
      }
      hand = null;
      outright = false;
    } else if (status == Status.DISABLED) {
      status = Status.DEGRADED;
      trial = rules.trialRequests();
    }
  }

  private void healthy() {
    status = Status.HEALTHY;
    forget();
    coolDown = 0;
  }

  private void forget() {
    counted.clear();
    latencies.clear();
    row = 0;
    set = 0;
  }

  private void take(Outcome outcome, long now) {
    counted.add(new Counted(outcome.success(), now / 60_000));
    row = outcome.success() ? 0 : row + 1;
    if (outcome.latencyMs() != null) {
      latencies.add(outcome.latencyMs());
      if (latencies.size() > 100) {
        latencies.remove();
      }
    }
    if (hand == null && status != Status.DISABLED) {
      if (trial > 0) {
        tryOut(outcome.success(), now);
      } else {
        judge(now);
      }
    }
  }

  private void tryOut(boolean good, long now) {
    if (!good) {
      disable(now);
    } else if (--trial == 0) {
      List<Long> shown = new ArrayList<>(latencies);
      healthy();
      latencies.addAll(
          shown.subList(Math.max(0, shown.size() - rules.trialRequests()), shown.size()));
    }
  }

  private void judge(long now) {
    boolean enough = counted.size() + set >= rules.leastRequests();
    boolean slow =
        latencies.size() >= rules.leastRequests()
            && averageLatency() > rules.degradedAbove().toMillis();
    if (row >= rules.failuresInARow() || (enough && rate() < rules.disabledBelow())) {
      disable(now);
    } else if ((enough && rate() < rules.degradedBelow()) || slow) {
      status = Status.DEGRADED;
    } else if (row == 0
        && status == Status.DEGRADED
        && rate() >= Math.min(1, rules.degradedBelow() + rules.room())
        && averageLatency() <= rules.degradedAbove().toMillis() * (1 - rules.room())) {
      status = Status.HEALTHY;
      coolDown = 0;
    }
  }

  private void disable(long now) {
    status = Status.DISABLED;
    trial = 0;
    coolDown =
        coolDown == 0
            ? rules.coolDown().toMillis()
            : Math.min(2 * coolDown, rules.longestCoolDown().toMillis());
    until = now + coolDown;
  }

  double rate() {
    long good = counted.stream().filter(Counted::good).count();
    return counted.size() + set == 0 ? 1 : (double) (good + set) / (counted.size() + set);
  }

  int requests() {
    return counted.size();
  }

  double averageLatency() {
    return latencies.stream().mapToLong(latency -> latency).average().orElse(0);
  }

  void disableByHand(long end) {
    Status before = status;
    status = Status.DISABLED;
    hand = Status.DISABLED;
    outright = false;
    trial = 0;
    until = end;
    changed(before);
  }

  void enableByHand(long end) {
    Status before = status;
    set(Status.HEALTHY);
    hand = end == 0 ? null : Status.HEALTHY;
    until = end;
    changed(before);
  }

  /** Sets a record: it lasts five minutes unless healthy, and counting continues from it. */
  void put(Status status, long now) {
    Status before = this.status;
    set(status);
    set = 20;
    setMinute = now / 60_000;
    if (status != Status.HEALTHY) {
      hand = status;
      outright = true;
      until = now + 300_000;
    }
    changed(before);
  }

  private void set(Status wanted) {
    healthy();
    status = wanted;
    hand = null;
    outright = false;
    trial = 0;
    until = 0;
  }
}
