package io.aetherkeep.stream.subscription;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.StreamAsks.AppendToStream;
import io.aetherkeep.catalogue.StreamAsks.Producer;
import io.aetherkeep.catalogue.SubscriptionAsks.LinkType;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionType;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeStream;
import io.aetherkeep.delivery.SendResult;
import io.aetherkeep.delivery.TargetUrl;
import io.aetherkeep.delivery.WebhookSender;
import io.aetherkeep.document.Octets;
import io.aetherkeep.stream.subscription.RedisWakes.Failures;
import io.aetherkeep.stream.subscription.RedisWakes.Note;
import io.aetherkeep.stream.subscription.RedisWakes.TailedAck;
import io.aetherkeep.stream.subscription.RedisWakes.WakeRef;
import io.aetherkeep.stream.subscription.RedisWakes.WakeVerdict;
import io.aetherkeep.stream.subscription.RedisWakes.WakeView;
import io.aetherkeep.stream.subscription.RedisWakes.Woken;
import io.aetherkeep.stream.subscription.SubscriptionCounts.WakeResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sender of wakes: by webhook, or to a stream of wakes.
 *
 * <p>The state of a wake is in Redis. If a node dies during a delivery, its lease expires; then
 * another node begins the next wake.
 */
final class Waker {

  private static final System.Logger LOG = System.getLogger(Waker.class.getName());

  private static final long FIRST_RETRY = 1000;
  private static final long LONGEST_RETRY = 60_000;
  private static final double JITTER = 0.2;
  private static final long WARNING_NANOS = Duration.ofMinutes(1).toNanos();

  private final Vertx vertx;
  private final Bus bus;
  private final WebhookSender sender;
  private final SubscriptionCounts counts;

  /** When a full subscription was logged last. */
  private long warned = System.nanoTime() - WARNING_NANOS;

  Waker(Vertx vertx, Bus bus, WebhookSender sender, SubscriptionCounts counts) {
    this.vertx = vertx;
    this.bus = bus;
    this.sender = sender;
    this.counts = counts;
  }

  /** Stores tails of streams, and wakes the subscription if they make work pending. */
  Future<Woken> wake(SpaceSubscriptions space, String id, String done, List<Note> notes) {
    return space.wakes().wake(id, true, done, notes).onSuccess(woken -> act(space, id, woken));
  }

  /** Sends a wake that has begun, or whose delivery is due again. */
  void act(SpaceSubscriptions space, String id, Woken woken) {
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
                  ? deliver(space, id, view)
                  : announce(space, id, view, path);
            });
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

  private Future<Object> deliver(SpaceSubscriptions space, String id, WakeView view) {
    long lease = Objects.requireNonNull(view.config().leaseTtlMs());
    return Future.all(
            space.due().soon(id, lease), space.tailsOf(view.streams()), space.store().secrets())
        .compose(
            ready -> {
              Map<String, StreamSource.Tail> tails = ready.resultAt(1);
              WakeSecrets secrets = ready.resultAt(2);
              List<WakeStream> streams = streams(view, tails);
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

  /** The streams of a wake with their tails; for a deleted stream the last known tail. */
  static List<WakeStream> streams(WakeView view, Map<String, StreamSource.Tail> tails) {
    return view.streams().stream()
        .map(
            link -> {
              StreamSource.Tail read = tails.get(link.path());
              String tail = read == null ? link.tail() : read.offset();
              return new WakeStream(
                  link.path(),
                  link.explicit() ? LinkType.EXPLICIT : LinkType.GLOB,
                  link.acked(),
                  tail,
                  hasMore(link.acked(), tail));
            })
        .toList();
  }

  /** Whether a tail is after an acked offset; never for an empty stream. Offsets sort as text. */
  private static boolean hasMore(String acked, String tail) {
    return tail.compareTo(acked) > 0 && !tail.endsWith("_0000000000000000");
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
              act(space, id, woken);
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
    double jitter = RandomGenerator.getDefault().nextDouble(-JITTER, JITTER);
    return Math.round(pause * (1 + jitter));
  }

  /** Event in a stream of wakes. */
  record WakeEvent(
      String type,
      @JsonProperty("subscription_id") String subscriptionId,
      String stream,
      long generation,
      long ts) {}

  /**
   * Appends a wake to its stream, as the only append of the producer's epoch, so that a retry does
   * not append it twice.
   */
  private Future<Object> announce(SpaceSubscriptions space, String id, WakeView view, String path) {
    WakeEvent event = new WakeEvent("wake", id, path, view.generation(), space.clock().millis());
    String producer =
        "subscription:"
            + UUID.nameUUIDFromBytes((id + " " + view.created()).getBytes(StandardCharsets.UTF_8));
    return bus.ask(
            new AppendToStream(
                space.name(),
                Objects.requireNonNull(view.config().wakeStream()),
                "application/json",
                Octets.of(Buffer.buffer(RecordJson.write(event))),
                false,
                null,
                new Producer(producer, view.generation(), 0),
                null))
        .onSuccess(
            written -> {
              if (!written.repeated()) {
                counts.count(space.name(), WakeResult.ANNOUNCED);
              }
            })
        .onFailure(
            thrown -> {
              counts.count(space.name(), WakeResult.UNANNOUNCED);
              LOG.log(
                  System.Logger.Level.WARNING,
                  "The wake stream of subscription {0} of {1} did not accept a wake ({2}); create"
                      + " it as a stream of application/json",
                  id,
                  space.name(),
                  Failure.from(thrown).code());
            })
        .mapEmpty();
  }
}
