package io.aetherkeep.webhook;

import io.aetherkeep.catalogue.DeliveryAsks.WebhookAttempt;
import io.aetherkeep.delivery.SendResult;
import io.aetherkeep.delivery.TargetUrl;
import io.aetherkeep.delivery.WebhookSender;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.webhook.PendingDeliveries.Delivery;
import io.aetherkeep.webhook.RedisDeliveries.Taken;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Delivery queue of one endpoint, on the node that owns it. It delivers events of different
 * subjects concurrently, and events of one subject in order: a failing event delays only its own
 * subject.
 *
 * <p>The node owns the queue by a lease in Redis, and starts no attempt that could outlast it. If
 * it dies, the next owner delivers its unacknowledged events.
 */
final class EndpointQueue {

  static final String DELIVERED = "delivered";
  static final String FAILED = "failed";
  static final String GIVEN_UP = "given-up";

  private static final System.Logger LOG = System.getLogger(EndpointQueue.class.getName());

  /** Limit of events in memory. */
  private static final int WINDOW = 200;

  /** Limit of concurrent attempts. */
  private static final int AT_ONCE = 10;

  private final String space;
  private final RedisDeliveries store;
  private final WebhookSender sender;
  private final WebhookSettings settings;
  private final WebhookCounts counts;
  private final RedisClock clock;
  private final Consumer<Endpoint> onGone;
  private final PendingDeliveries pending = new PendingDeliveries();
  private final QueueLease lease;
  private Endpoint endpoint;
  private int sending;
  private boolean taking;
  private boolean resumed;
  private boolean closed;
  private long pausedUntil;

  /**
   * Creates the queue.
   *
   * @param onGone receives an endpoint whose receiver answered 410 Gone
   */
  EndpointQueue(
      Endpoint endpoint,
      String space,
      RedisDeliveries store,
      WebhookSender sender,
      WebhookSettings settings,
      WebhookCounts counts,
      RedisClock clock,
      Consumer<Endpoint> onGone) {
    this.endpoint = endpoint;
    this.space = space;
    this.store = store;
    this.sender = sender;
    this.settings = settings;
    this.counts = counts;
    this.clock = clock;
    this.onGone = onGone;
    this.lease = new QueueLease(settings.lease(), store);
  }

  /** Applies a change of the endpoint. */
  void changed(Endpoint now) {
    endpoint = now;
  }

  private static long now() {
    return QueueLease.now();
  }

  /** Whether an attempt that starts now ends before the lease. */
  private boolean canBegin() {
    return !closed && lease.lasts(settings.deadline());
  }

  /** Renews the lease, reads events, and delivers those that are due; called periodically. */
  void tick() {
    if (lease.isOver() && (resumed || !pending.isEmpty())) {
      forget();
    }
    if (!closed) {
      lease.renew(endpoint.id());
    }
    if (canBegin()) {
      take();
      deliver();
    }
  }

  /** Drops the events in memory; the next owner reads the unacknowledged ones again. */
  private void forget() {
    pending.clear();
    resumed = false;
  }

  private void take() {
    if (taking || pending.size() >= WINDOW) {
      return;
    }
    taking = true;
    boolean unsettled = !resumed;
    store
        .take(endpoint.id(), unsettled, unsettled ? WINDOW : WINDOW - pending.size())
        .onComplete(
            done -> {
              taking = false;
              Taken taken = done.result();
              if (done.failed()) {
                // Redis may have handed out events whose answer was lost: read them again.
                resumed = false;
                return;
              }
              if (closed) {
                return;
              }
              if (taken == null) {
                lease.drop();
                forget();
                return;
              }
              // A read of new events may end after the pending ones have to be read again.
              resumed |= unsettled;
              add(taken);
              deliver();
            });
  }

  private void add(Taken taken) {
    if (taken.dropped() > 0) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Webhook {0} of {1} lost {2} events: the outbox dropped them before their delivery"
              + " (webhooks.backlog)",
          endpoint.id(),
          space,
          taken.dropped());
    }
    List<String> unwanted = new ArrayList<>();
    Set<String> known = pending.ids();
    for (OutboxEntry entry : taken.entries()) {
      if (known.contains(entry.id())) {
        continue;
      }
      boolean early = entry.fields().isEmpty() || entry.isBefore(endpoint.created());
      if (early || !entry.isFor(endpoint)) {
        unwanted.add(entry.id());
      } else {
        pending.add(entry);
      }
    }
    if (!unwanted.isEmpty()) {
      // They stay pending if this fails: read them again.
      store.skip(endpoint.id(), unwanted).onFailure(thrown -> resumed = false);
    }
  }

  private void deliver() {
    long now = now();
    for (Delivery first : pending.firsts()) {
      if (first.busy || first.notBefore > now) {
        continue;
      }
      if (first.unsettled.isPresent()) {
        settle(first, first.unsettled.get());
      } else if (sending < AT_ONCE && now >= pausedUntil && canBegin()) {
        send(first);
      }
    }
  }

  private void send(Delivery delivery) {
    Optional<TargetUrl> target = TargetUrl.parse(endpoint.url());
    if (target.isEmpty()) {
      return;
    }
    WebhookRequest request;
    try {
      request = WebhookRequest.of(endpoint, space, delivery.entry, clock.millis());
    } catch (RuntimeException e) {
      // No later attempt can read it, and an exception would stop the events after it.
      giveUp(delivery, new SendResult(0, Buffer.buffer(), null, "The event cannot be read"), 0);
      return;
    }
    delivery.busy = true;
    sending++;
    long begun = now();
    sender
        .send(request.method(), target.get(), request.headers(), request.body())
        .onSuccess(
            result -> {
              delivery.busy = false;
              sending--;
              answered(delivery, result, now() - begun);
              if (canBegin()) {
                deliver();
              }
            });
  }

  private void answered(Delivery delivery, SendResult result, long millis) {
    delivery.attempts++;
    if (result.isTaken()) {
      counts.delivered.increment();
      settle(delivery, attempt(delivery, result, DELIVERED, millis));
      return;
    }
    counts.failed.increment();
    long age = Math.max(0, clock.millis() - delivery.entry.appendedAt());
    Optional<Duration> pause =
        settings.retries().next(delivery.attempts, Duration.ofMillis(age), result.retryAfter());
    if (result.isGone()) {
      onGone.accept(endpoint);
      note(delivery, attempt(delivery, result, FAILED, millis));
    } else if (pause.isEmpty()) {
      giveUp(delivery, result, millis);
    } else {
      delivery.notBefore = now() + pause.get().toMillis();
      if (result.retryAfter() != null) {
        pausedUntil = delivery.notBefore;
      }
      note(delivery, attempt(delivery, result, FAILED, millis));
    }
  }

  private void giveUp(Delivery delivery, SendResult result, long millis) {
    counts.givenUp.increment();
    LOG.log(
        System.Logger.Level.WARNING,
        "Webhook {0} of {1}: message {2} ({3}) became a dead letter after {4} attempts: {5}",
        endpoint.id(),
        space,
        delivery.entry.message(space),
        delivery.entry.type(),
        delivery.attempts,
        result.summary());
    settle(delivery, attempt(delivery, result, GIVEN_UP, millis));
  }

  private WebhookAttempt attempt(Delivery delivery, SendResult result, String word, long millis) {
    return new WebhookAttempt(
        Instant.ofEpochMilli(clock.millis()).toString(),
        delivery.entry.message(space),
        delivery.entry.type(),
        delivery.entry.subject(),
        delivery.attempts,
        word,
        result.status(),
        result.isTaken() ? null : result.summary(),
        millis);
  }

  /** Records a failed attempt, and does not repeat the recording if that fails. */
  private void note(Delivery delivery, WebhookAttempt attempt) {
    store.settle(endpoint.id(), delivery.entry, attempt).onFailure(this::unsettled);
  }

  /**
   * Records the end of an event; the next event of the subject waits until Redis has recorded it.
   */
  private void settle(Delivery delivery, WebhookAttempt attempt) {
    delivery.busy = true;
    delivery.unsettled = Optional.of(attempt);
    store
        .settle(endpoint.id(), delivery.entry, attempt)
        .onComplete(
            done -> {
              delivery.busy = false;
              if (done.failed()) {
                unsettled(done.cause());
                delivery.notBefore = now() + settings.pollEvery().toMillis();
                return;
              }
              pending.remove(delivery);
              if (canBegin()) {
                deliver();
              }
            });
  }

  private void unsettled(Throwable thrown) {
    LOG.log(
        System.Logger.Level.DEBUG,
        () ->
            "An attempt of webhook "
                + endpoint.id()
                + " could not be recorded: "
                + thrown.getMessage());
  }

  /** Stops deliveries; another node may take over at once. */
  Future<Void> close() {
    boolean owned = !lease.isOver();
    closed = true;
    lease.drop();
    forget();
    return owned ? store.disown(endpoint.id()) : Future.succeededFuture();
  }
}
