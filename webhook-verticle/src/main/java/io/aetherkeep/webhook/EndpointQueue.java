package io.aetherkeep.webhook;

import io.aetherkeep.catalogue.DeliveryAsks.WebhookAttempt;
import io.aetherkeep.delivery.SendResult;
import io.aetherkeep.delivery.TargetUrl;
import io.aetherkeep.delivery.WebhookSender;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.webhook.PendingDeliveries.Delivery;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Optional;
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

  private static final System.Logger LOG = System.getLogger(EndpointQueue.class.getName());

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
  private final OutboxReader reader;
  private final AttemptRecords records;
  private Endpoint endpoint;
  private int sending;
  private boolean closed;

  /** Time until which the receiver asked for no requests; a pause of one event is not one. */
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
    this.reader = new OutboxReader(() -> this.endpoint, space, store, pending);
    this.records = new AttemptRecords(space, clock);
  }

  /** Applies a change of the endpoint. Pauses apply to the receiver at the former URL. */
  void changed(Endpoint now) {
    if (!now.url().equals(endpoint.url())) {
      pausedUntil = 0;
      pending.retryNow();
    }
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
    if (lease.isOver()) {
      reader.forget();
    }
    if (!closed) {
      lease.renew(endpoint.id());
    }
    if (canBegin()) {
      reader.read(this::deliver, this::lost);
      deliver();
    }
  }

  /** Stops deliveries, because another node owns the queue. */
  private void lost() {
    lease.drop();
    reader.forget();
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
    Endpoint sent = endpoint;
    sender
        .send(request.method(), target.get(), request.headers(), request.body())
        .onSuccess(
            result -> {
              delivery.busy = false;
              sending--;
              answered(delivery, sent, result, now() - begun);
              if (canBegin()) {
                deliver();
              }
            });
  }

  private void answered(Delivery delivery, Endpoint sent, SendResult result, long millis) {
    delivery.attempts++;
    if (result.isTaken()) {
      counts.delivered.increment();
      settle(delivery, attempt(delivery, result, AttemptRecords.DELIVERED, millis));
      return;
    }
    counts.failed.increment();
    // The receiver at a former URL decides nothing about the present one.
    boolean moved = !sent.url().equals(endpoint.url());
    Duration asked = moved ? null : result.retryAfter();
    if (asked != null) {
      long most = settings.retries().giveUpAfter().toMillis();
      pausedUntil = Math.max(pausedUntil, now() + Math.min(asked.toMillis(), most));
    }
    long age = Math.max(0, clock.millis() - delivery.entry.appendedAt());
    Optional<Duration> pause =
        settings.retries().next(delivery.attempts, Duration.ofMillis(age), asked);
    if (result.isGone() && !moved) {
      onGone.accept(endpoint);
      note(delivery, attempt(delivery, result, AttemptRecords.FAILED, millis));
    } else if (pause.isEmpty()) {
      giveUp(delivery, result, millis);
    } else {
      delivery.notBefore = moved ? 0 : now() + pause.get().toMillis();
      note(delivery, attempt(delivery, result, AttemptRecords.FAILED, millis));
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
    settle(delivery, attempt(delivery, result, AttemptRecords.GIVEN_UP, millis));
  }

  private WebhookAttempt attempt(Delivery delivery, SendResult answer, String result, long millis) {
    return records.of(delivery.entry, delivery.attempts, result, answer, millis);
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
    reader.close();
    return owned ? store.disown(endpoint.id()) : Future.succeededFuture();
  }
}
