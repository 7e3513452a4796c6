package io.aetherkeep.health.store;

import io.aetherkeep.catalogue.ProviderAsks.Outcome;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.health.settings.ProviderRules;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.redis.store.RedisDueList;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Store of one space's provider records; every change is atomic. */
public interface ProviderStore {

  /** Whether the Redis of a provider is down, so that nothing is sent. */
  boolean isUnavailable(String id);

  Future<Optional<Known>> find(String id);

  /**
   * Stored state of a provider.
   *
   * @param record the fields that every service reads: status, rate, latency, last failure
   * @param window the outcomes behind them; empty if another service wrote the record
   * @param now the time of the read, by Redis's clock
   * @param leftMillis the record's time to live; negative for none
   */
  record Known(Map<String, String> record, Map<String, String> window, long now, long leftMillis) {

    /** Whether another service wrote the record after this window. */
    public boolean isForeign() {
      String wrote = window.get("wrote");
      return wrote == null
          ? !Objects.equals(record.get("status"), window.get("state"))
          : !wrote.equals(
              String.join(
                  " ",
                  text("status"),
                  text("successRate"),
                  text("avgLatency"),
                  text("lastFailure")));
    }

    private String text(String field) {
      return record.getOrDefault(field, "");
    }
  }

  /** Returns the clock by which records expire. */
  RedisClock clock();

  /** Counts outcomes, in one round trip. */
  default Future<Judgement> count(
      String id, ProviderRules rules, boolean mayDisable, List<Outcome> all) {
    return count(id, rules, mayDisable, all, Once.UNNAMED);
  }

  /** Counts outcomes, unless the same batch was counted before. */
  Future<Judgement> count(
      String id, ProviderRules rules, boolean mayDisable, List<Outcome> all, Once name);

  /**
   * Idempotency key of a batch of outcomes.
   *
   * @param sender the node that sends it
   * @param number grows with each batch of the sender
   */
  record Once(String sender, long number) {
    public static final Once UNNAMED = new Once("", 0);
  }

  /** Ends a temporary status whose time is over. */
  Future<Judgement> reopen(String id, ProviderRules rules);

  /** Disables a provider, after its group has granted it. */
  Future<Judgement> disable(String id, ProviderRules rules);

  /**
   * Result of a step.
   *
   * @param wantsDisabled whether the provider should be disabled, if its group allows
   * @param until when its status ends, in ms since 1970; 0 for never
   * @param wasUntil when its status would have ended before the step
   * @param known its state after the step
   */
  record Judgement(
      Status before,
      Status after,
      String reason,
      boolean wantsDisabled,
      long until,
      long wasUntil,
      Known known) {}

  /** Stores a manual decision. */
  Future<Judgement> decide(String id, Decision decision);

  /**
   * Manual decision.
   *
   * @param forMillis its duration; 0 for no end
   * @param record the new record for {@link What#SET}
   */
  record Decision(What what, long forMillis, String reason, @Nullable Outright record) {}

  /** Kind of manual decision. */
  enum What {
    DISABLED,
    ENABLED,
    SET
  }

  /** Record that is set as given. */
  record Outright(
      Status status, double successRate, double avgLatency, @Nullable String lastFailure) {}

  /** Schedules the end of a provider's status; 0 for never. */
  Future<Void> remember(String id, long until);

  Future<List<String>> remembered();

  /** Returns the places of disabled providers in their groups. */
  PlaceStore places();

  /** Returns the leases of the providers. */
  LeaseStore leases();

  /** Handles the providers whose temporary status is over; one node claims each. */
  Future<Void> due(RedisDueList.Work work);
}
