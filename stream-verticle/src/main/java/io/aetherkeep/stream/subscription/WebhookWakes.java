package io.aetherkeep.stream.subscription;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionType;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeStream;
import io.aetherkeep.delivery.SendResult;
import io.aetherkeep.delivery.TargetUrl;
import io.aetherkeep.delivery.WebhookSender;
import io.aetherkeep.stream.subscription.SubscriptionCounts.WakeResult;
import io.aetherkeep.stream.subscription.store.RedisWakes.Failures;
import io.aetherkeep.stream.subscription.store.RedisWakes.TailedAck;
import io.aetherkeep.stream.subscription.store.RedisWakes.WakeRef;
import io.aetherkeep.stream.subscription.store.RedisWakes.WakeState;
import io.aetherkeep.stream.subscription.store.RedisWakes.WakeVerdict;
import io.aetherkeep.stream.subscription.store.StreamSource;
import io.aetherkeep.stream.subscription.store.WakeSecrets;
import io.aetherkeep.stream.subscription.store.WakeView;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Sender of wakes by webhook. */
final class WebhookWakes {

  private static final System.Logger LOG = System.getLogger(WebhookWakes.class.getName());

  private static final long FIRST_RETRY = 1000;
  private static final long LONGEST_RETRY = 60_000;
  private static final double JITTER = 0.2;

  private final Vertx vertx;
  private final WebhookSender sender;
  private final SubscriptionCounts counts;
  private final Next next;

  /**
   * Step after the receiver's answer has ended a wake: it begins the next wake, if there is one.
   */
  interface Next {
    void act(SpaceSubscriptions space, String id, WakeState woken);
  }

  WebhookWakes(Vertx vertx, WebhookSender sender, SubscriptionCounts counts, Next next) {
    this.vertx = vertx;
    this.sender = sender;
    this.counts = counts;
    this.next = next;
  }

  /** Body of a webhook. */
  record WakeMessage(
      @JsonProperty("subscription_id") String subscriptionId,
      @JsonProperty("wake_id") String wakeId,
      long generation,
      List<WakeStream> streams,
      @JsonProperty("callback_url") String callbackUrl,
      @JsonProperty("callback_token") String callbackToken) {

    @Override
    public String toString() {
      return "WakeMessage[wakeId=" + wakeId + "]";
    }
  }

  Future<Object> deliver(SpaceSubscriptions space, String id, WakeView view) {
    long lease = Objects.requireNonNull(view.config().leaseTtlMs());
    return Future.all(
            space.due().soon(id, lease), space.tailsOf(view.streams()), space.store().secrets())
        .compose(
            ready -> {
              Map<String, StreamSource.Tail> tails = ready.resultAt(1);
              WakeSecrets secrets = ready.resultAt(2);
              List<WakeStream> streams = view.withTails(tails);
              return post(space, id, view, streams, secrets)
                  .compose(result -> settle(space, id, view, streams, result))
                  .mapEmpty();
            });
  }

  private Future<SendResult> post(
      SpaceSubscriptions space,
      String id,
      WakeView view,
      List<WakeStream> streams,
      WakeSecrets secrets) {
    long now = space.epochSeconds();
    WakeMessage message =
        new WakeMessage(
            id,
            view.wake(),
            view.generation(),
            streams,
            view.root() + "__ds/subscriptions/" + Subscriptions.encoded(id) + "/callback",
            secrets.token(id, view.generation(), now));
    Buffer body = Buffer.buffer(RecordJson.write(message));
    String url = Objects.requireNonNull(Objects.requireNonNull(view.config().webhook()).url());
    TargetUrl target = TargetUrl.parse(url).orElseThrow();
    return vertx
        .executeBlocking(() -> secrets.signature(now, body), false)
        .compose(
            signature ->
                sender.post(
                    target,
                    Map.of(
                        "content-type",
                        "application/json",
                        "user-agent",
                        "Aetherkeep-Webhooks/1",
                        "webhook-signature",
                        signature),
                    body,
                    Duration.ofMillis(Objects.requireNonNull(view.config().leaseTtlMs()))));
  }

  private Future<?> settle(
      SpaceSubscriptions space,
      String id,
      WakeView view,
      List<WakeStream> streams,
      SendResult result) {
    if (!result.isTaken()) {
      return failed(space, id, view, result);
    }
    counts.count(space.name(), WakeResult.DELIVERED);
    return space
        .wakes()
        .attempted(id, view.wake(), null)
        .compose(
            failures -> {
              if (failures.before() > 0) {
                LOG.log(
                    System.Logger.Level.INFO,
                    "The webhook of subscription {0} of {1} accepts wakes again",
                    id,
                    space.name());
              }
              return isDone(result.body())
                  ? done(space, id, view, streams)
                  : Future.succeededFuture();
            });
  }

  /** Relevant parts of a receiver's answer. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record WakeAnswer(@Nullable Boolean done) {}

  private static boolean isDone(Buffer body) {
    try {
      return Boolean.TRUE.equals(RecordJson.read(body.getBytes(), WakeAnswer.class).done);
    } catch (Failure otherwise) {
      return false;
    }
  }

  /** Acks all offsets of a wake, if its receiver's answer requests it. */
  private Future<?> done(
      SpaceSubscriptions space, String id, WakeView view, List<WakeStream> streams) {
    List<TailedAck> acks =
        streams.stream()
            .filter(WakeStream::hasPending)
            .map(stream -> new TailedAck(stream.path(), stream.tailOffset(), stream.tailOffset()))
            .toList();
    WakeRef wake = new WakeRef(SubscriptionType.WEBHOOK.text(), view.wake(), view.generation());
    return space
        .wakes()
        .ack(id, wake, true, true, acks)
        .onSuccess(
            woken -> {
              if (woken.verdict() == WakeVerdict.FENCED) {
                counts.count(space.name(), WakeResult.FENCED);
              }
              next.act(space, id, woken);
            });
  }

  private Future<?> failed(SpaceSubscriptions space, String id, WakeView view, SendResult result) {
    counts.count(space.name(), WakeResult.FAILED);
    long retry = retryMillis(view.failures());
    return space
        .wakes()
        .attempted(id, view.wake(), retry)
        .compose(
            (Failures failures) -> {
              if (failures.now() == 1) {
                LOG.log(
                    System.Logger.Level.WARNING,
                    "The webhook of subscription {0} of {1} did not accept a wake ({2}); it is"
                        + " retried after pauses of up to a minute",
                    id,
                    space.name(),
                    result.summary());
              }
              return space.due().soon(id, retry);
            });
  }

  /** The pause after a failed delivery: 1 to 60 seconds, doubled each time, with 20 % jitter. */
  static long retryMillis(int failures) {
    long pause = Math.min(LONGEST_RETRY, FIRST_RETRY << Math.min(failures, 6));
    double jitter = ThreadLocalRandom.current().nextDouble(-JITTER, JITTER);
    return Math.round(pause * (1 + jitter));
  }
}
