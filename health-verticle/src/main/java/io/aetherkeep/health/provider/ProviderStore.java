package io.aetherkeep.health.provider;

import io.aetherkeep.catalogue.HealthAsks.Outcome;
import io.aetherkeep.catalogue.HealthAsks.Status;
import io.aetherkeep.health.settings.ProviderRules;
import io.aetherkeep.redis.RedisClock;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of the providers of one space; every change is one step. */
public interface ProviderStore {

  /** Whether nothing can be asked of a provider at the moment, and nothing is sent. */
  boolean isAway(String id);

  Future<Optional<Known>> find(String id);

  /**
   * What is known of one.
   *
   * @param record what any service reads: status, rate, latency, last failure
   * @param window what it was made of; empty where another service wrote the record
   * @param now when that was, by Redis's time
   * @param leftMillis how long the record has left; negative for ever
   */
  record Known(Map<String, String> record, Map<String, String> window, long now, long leftMillis) {

    /** Whether somebody else wrote the record since this window was made. */
    boolean isForeign() {
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

  /** The clock by which what is known lives. */
  RedisClock clock();

  /** Takes outcomes, in one round trip. */
  default Future<Judgement> count(
      String id, ProviderRules rules, boolean mayDisable, List<Outcome> all) {
    return count(id, rules, mayDisable, all, Once.UNNAMED);
  }

  /** Takes outcomes, unless they were taken before under the same name. */
  Future<Judgement> count(
      String id, ProviderRules rules, boolean mayDisable, List<Outcome> all, Once name);

  /**
   * What tells outcomes that are sent a second time.
   *
   * @param sender whose they are
   * @param number grows with each that the sender sends
   */
  record Once(String sender, long number) {
    static final Once UNNAMED = new Once("", 0);
  }

  /** Looks whether what stood until a time is over. */
  Future<Judgement> reopen(String id, ProviderRules rules);

  /** Disables one that was to be disabled, after it was asked whether it may. */
  Future<Judgement> disable(String id, ProviderRules rules);

  /**
   * What a step came to.
   *
   * @param wantsDisabled whether it is to be disabled, if its group allows
   * @param until when it is to be looked at again, in ms since 1970; 0 for never
   * @param wasUntil when it was to be looked at before that step
   * @param known what is known of it now
   */
  record Judgement(
      Status before,
      Status after,
      String reason,
      boolean wantsDisabled,
      long until,
      long wasUntil,
      Known known) {}

  /** Puts down a decision by hand. */
  Future<Judgement> decide(String id, Decision decision);

  /**
   * What somebody decided.
   *
   * @param forMillis for how long; 0 for any time
   * @param record what the record is set to, where it is set outright
   */
  record Decision(What what, long forMillis, String reason, @Nullable Outright record) {}

  /** The sorts of decision. */
  enum What {
    DISABLED,
    ENABLED,
    SET
  }

  /** A record that is set outright. */
  record Outright(
      Status status, double successRate, double avgLatency, @Nullable String lastFailure) {}

  /** Takes a place among the disabled of a group, of whom there may be so many. */
  Future<Boolean> claimPlace(String group, String id, long until, int places);

  /** Gives it back, unless it was claimed meanwhile until that time or later. */
  Future<Void> leavePlace(String group, String id, long claimedAnew);

  /** Remembers when one is to be looked at again; 0 for never. */
  Future<Void> remember(String id, long until);

  Future<List<String>> remembered();

  /** Goes through the providers whose time is over; each that was claimed by this node alone. */
  Future<Void> due(Due due);

  /** What is done with one that is due; answers when it is due next, or -1. */
  interface Due {
    Future<Long> take(String id);
  }
}
