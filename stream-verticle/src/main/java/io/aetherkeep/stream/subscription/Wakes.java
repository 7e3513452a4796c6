package io.aetherkeep.stream.subscription;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SubscriptionAsks.AckWake;
import io.aetherkeep.catalogue.SubscriptionAsks.ClaimSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.StreamAck;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionType;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeAcked;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeAction;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeClaim;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.stream.subscription.SubscriptionCounts.WakeResult;
import io.aetherkeep.stream.subscription.store.RedisWakes.TailedAck;
import io.aetherkeep.stream.subscription.store.RedisWakes.WakeRef;
import io.aetherkeep.stream.subscription.store.RedisWakes.WakeState;
import io.aetherkeep.stream.subscription.store.RedisWakes.WakeVerdict;
import io.aetherkeep.stream.subscription.store.StreamSource;
import io.aetherkeep.stream.subscription.store.WakeSecrets;
import io.aetherkeep.stream.subscription.store.WakeView;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** Service that claims, acks and releases wakes for workers. */
final class Wakes {

  private static final int LONGEST_WORKER = 256;
  private static final int MOST_ACKS = 1000;
  private static final Pattern OFFSET = Pattern.compile("[0-9]{16}_[0-9]{16}");

  private final PerSpace<SpaceSubscriptions> spaces;
  private final Waker waker;
  private final SubscriptionSweep sweep;
  private final SubscriptionCounts counts;

  Wakes(
      PerSpace<SpaceSubscriptions> spaces,
      Waker waker,
      SubscriptionSweep sweep,
      SubscriptionCounts counts) {
    this.spaces = spaces;
    this.waker = waker;
    this.sweep = sweep;
    this.counts = counts;
  }

  Future<WakeClaim> claim(ClaimSubscription ask) {
    SpaceSubscriptions space = spaces.of(ask.space());
    String worker = ask.worker();
    if (worker.isEmpty()
        || worker.length() > LONGEST_WORKER
        || worker.chars().anyMatch(Character::isISOControl)) {
      throw Failure.of(
          Code.INVALID_BODY,
          "'worker' has 1 to " + LONGEST_WORKER + " characters, and no control characters");
    }
    return space
        .wakes()
        .claim(ask.id(), worker)
        .compose(
            // An append may not have been noticed yet. The pause between checks of many streams
            // bounds the cost of idle workers that poll.
            claimed ->
                claimed.verdict() == WakeVerdict.NONE && claimed.due() == 0
                    ? sweep
                        .checkOnly(space, ask.id())
                        .compose(checked -> space.wakes().claim(ask.id(), worker))
                    : Future.succeededFuture(claimed))
        .compose(claimed -> claimed(space, ask.id(), claimed));
  }

  private Future<WakeClaim> claimed(SpaceSubscriptions space, String id, WakeState claimed) {
    if (claimed.verdict() != WakeVerdict.CLAIMED) {
      return Future.failedFuture(refusal(claimed));
    }
    counts.count(space.name(), WakeResult.CLAIMED);
    return space
        .wakes()
        .view(id)
        .compose(
            found -> {
              WakeView view = found.orElseThrow(Subscriptions::unknown);
              long lease = Objects.requireNonNull(view.config().leaseTtlMs());
              return Future.all(
                      space.due().soon(id, lease),
                      space.tailsOf(view.streams()),
                      space.store().secrets())
                  .map(
                      ready -> {
                        Map<String, StreamSource.Tail> tails = ready.resultAt(1);
                        WakeSecrets secrets = ready.resultAt(2);
                        return new WakeClaim(
                            claimed.wake(),
                            claimed.generation(),
                            secrets.token(id, claimed.generation(), space.epochSeconds()),
                            view.withTails(tails),
                            lease);
                      });
            });
  }

  private static Failure refusal(WakeState refused) {
    return switch (refused.verdict()) {
      case UNKNOWN -> Subscriptions.unknown();
      case OTHER ->
          Failure.of(
              Code.INVALID_BODY,
              "Use the callback for a webhook, and claim and ack for a pull-wake subscription");
      case HELD ->
          Failure.of(
              Code.ALREADY_CLAIMED,
              "Retry when the lease of the other worker has ended",
              Map.of(
                  "current_holder",
                  refused.wake(),
                  "generation",
                  Long.toString(refused.generation())));
      case NONE -> Failure.of(Code.NO_PENDING_WORK, "Wait for the next wake");
      case FENCED -> Failure.of(Code.WAKE_FENCED, "The wake's lease has ended: drop the work");
      case REFUSED ->
          Failure.of(
              Code.ACK_CONFLICT,
              "The offset of '"
                  + refused.path()
                  + "' is not between its acked offset and its tail, or it is not a stream of the"
                  + " subscription");
      default -> throw new IllegalStateException("Not a refusal: " + refused.verdict());
    };
  }

  Future<WakeAcked> ack(AckWake ask) {
    SpaceSubscriptions space = spaces.of(ask.space());
    String wake = ask.wakeId();
    Long generation = ask.generation();
    if (wake == null || generation == null) {
      throw Failure.of(Code.INVALID_BODY, "Send the wake's 'wake_id' and 'generation'");
    }
    List<StreamAck> acks = ask.action() == WakeAction.RELEASE ? List.of() : checked(ask.acks());
    boolean callback = ask.action() == WakeAction.CALLBACK;
    SubscriptionType type = callback ? SubscriptionType.WEBHOOK : SubscriptionType.PULL_WAKE;
    boolean ends = ask.done() || ask.action() == WakeAction.RELEASE;
    WakeRef under = new WakeRef(type.text(), wake, generation);
    return space
        .store()
        .secrets()
        .map(secrets -> secrets.generation(ask.token(), ask.id(), space.epochSeconds()))
        .compose(
            proven ->
                proven == generation.longValue()
                    ? acked(space, ask.id(), under, ends, acks)
                    : Future.succeededFuture(fenced()))
        .compose(woken -> answered(space, ask.id(), woken));
  }

  private static WakeState fenced() {
    return new WakeState(WakeVerdict.FENCED, 0, "", "", 0, 0);
  }

  private static List<StreamAck> checked(List<StreamAck> acks) {
    if (acks.size() > MOST_ACKS) {
      throw Failure.of(Code.INVALID_BODY, "'acks' has at most " + MOST_ACKS + " entries");
    }
    return acks.stream()
        .map(ack -> new StreamAck(SubscriptionRules.path(ack.stream()), ack.offset()))
        .toList();
  }

  private static Future<WakeState> acked(
      SpaceSubscriptions space, String id, WakeRef wake, boolean ends, List<StreamAck> acks) {
    return space
        .tails(acks.stream().map(StreamAck::stream).distinct().toList())
        .map(
            tails ->
                acks.stream()
                    .map(ack -> new TailedAck(ack.stream(), offset(ack), tail(tails, ack)))
                    .toList())
        .compose(all -> space.wakes().ack(id, wake, ends, false, all));
  }

  /** The acked offset; {@code -1}, which the script refuses, for an invalid one. */
  private static String offset(StreamAck ack) {
    return OFFSET.matcher(ack.offset()).matches() ? ack.offset() : "-1";
  }

  private static String tail(Map<String, StreamSource.Tail> tails, StreamAck ack) {
    StreamSource.Tail tail = tails.get(ack.stream());
    return tail == null ? "-1" : tail.offset();
  }

  private Future<WakeAcked> answered(SpaceSubscriptions space, String id, WakeState woken) {
    boolean next = woken.verdict() == WakeVerdict.WOKEN;
    if (!next && woken.verdict() != WakeVerdict.ACKED) {
      if (woken.verdict() == WakeVerdict.FENCED) {
        counts.count(space.name(), WakeResult.FENCED);
      }
      return Future.failedFuture(refusal(woken));
    }
    waker.act(space, id, woken);
    return Future.succeededFuture(new WakeAcked(true, next));
  }
}
