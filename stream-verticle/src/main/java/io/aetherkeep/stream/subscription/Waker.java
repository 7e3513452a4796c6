package io.aetherkeep.stream.subscription;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionType;
import io.aetherkeep.delivery.WebhookSender;
import io.aetherkeep.stream.subscription.store.RedisWakes.Note;
import io.aetherkeep.stream.subscription.store.RedisWakes.WakeState;
import io.aetherkeep.stream.subscription.store.RedisWakes.WakeVerdict;
import io.aetherkeep.stream.subscription.store.WakeView;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;

/**
 * Sender of wakes: by webhook, or to a stream of wakes.
 *
 * <p>The state of a wake is in Redis. If a node dies during a delivery, its lease expires; then
 * another node begins the next wake.
 */
final class Waker {

  private static final System.Logger LOG = System.getLogger(Waker.class.getName());

  private static final long WARNING_NANOS = Duration.ofMinutes(1).toNanos();

  private final WebhookWakes webhooks;
  private final StreamWakes streams;

  /** Time of the last warning about a full subscription, in ns. */
  private long warned = System.nanoTime() - WARNING_NANOS;

  Waker(Vertx vertx, Bus bus, WebhookSender sender, SubscriptionCounts counts) {
    this.webhooks = new WebhookWakes(vertx, sender, counts, this::act);
    this.streams = new StreamWakes(bus, counts);
  }

  /** Stores tails of streams, and wakes the subscription if they make work pending. */
  Future<WakeState> wake(SpaceSubscriptions space, String id, String done, List<Note> notes) {
    return space.wakes().wake(id, true, done, notes).onSuccess(woken -> act(space, id, woken));
  }

  /** Sends a wake that has begun, or whose delivery is due again. */
  void act(SpaceSubscriptions space, String id, WakeState woken) {
    if (woken.refused() > 0 && System.nanoTime() - warned > WARNING_NANOS) {
      warned = System.nanoTime();
      LOG.log(
          System.Logger.Level.WARNING,
          "Subscription {0} of {1} is full: {2} new streams of its pattern do not wake it; narrow"
              + " the pattern, or delete streams",
          id,
          space.name(),
          woken.refused());
    }
    if (woken.verdict() == WakeVerdict.WOKEN || woken.verdict() == WakeVerdict.AGAIN) {
      send(space, id, woken.path())
          .onFailure(
              thrown ->
                  LOG.log(
                      System.Logger.Level.DEBUG,
                      () ->
                          "A wake of " + id + " is sent later: " + Failure.from(thrown).detail()));
    }
  }

  /** Sends the wake in progress. */
  Future<?> send(SpaceSubscriptions space, String id, String path) {
    return space
        .wakes()
        .view(id)
        .compose(
            found -> {
              if (found.isEmpty() || found.get().wake().isEmpty()) {
                return Future.<Object>succeededFuture();
              }
              WakeView view = found.get();
              return view.config().type() == SubscriptionType.WEBHOOK
                  ? webhooks.deliver(space, id, view)
                  : streams.announce(space, id, view, path);
            });
  }
}
