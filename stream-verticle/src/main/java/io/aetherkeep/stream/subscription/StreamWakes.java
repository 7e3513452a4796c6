package io.aetherkeep.stream.subscription;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.StreamAsks.AppendToStream;
import io.aetherkeep.catalogue.StreamAsks.Producer;
import io.aetherkeep.document.Octets;
import io.aetherkeep.stream.subscription.SubscriptionCounts.WakeResult;
import io.aetherkeep.stream.subscription.store.WakeView;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.UUID;

/** Sender of wakes to a stream of wakes. */
final class StreamWakes {

  private static final System.Logger LOG = System.getLogger(StreamWakes.class.getName());

  private final Bus bus;
  private final SubscriptionCounts counts;

  StreamWakes(Bus bus, SubscriptionCounts counts) {
    this.bus = bus;
    this.counts = counts;
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
   * not append it twice. A full stream drops its oldest wakes, which nobody needs any more.
   */
  Future<Object> announce(SpaceSubscriptions space, String id, WakeView view, String path) {
    WakeEvent event = new WakeEvent("wake", id, path, view.generation(), space.clock().millis());
    String producer =
        "subscription:"
            + UUID.nameUUIDFromBytes((id + " " + view.created()).getBytes(StandardCharsets.UTF_8));
    AppendToStream append =
        new AppendToStream(
            space.name(),
            Objects.requireNonNull(view.config().wakeStream()),
            "application/json",
            Octets.of(Buffer.buffer(RecordJson.write(event))),
            false,
            null,
            new Producer(producer, view.generation(), 0),
            null);
    return bus.ask(append)
        .recover(
            thrown ->
                isFull(thrown)
                    ? space.streams().trim(append.path()).compose(trimmed -> bus.ask(append))
                    : Future.failedFuture(thrown))
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
                  "The wake stream of subscription {0} of {1} did not accept a wake ({2}); {3}",
                  id,
                  space.name(),
                  Failure.from(thrown).code(),
                  remedy(thrown));
            })
        .mapEmpty();
  }

  private static boolean isFull(Throwable thrown) {
    return Failure.from(thrown).code() == Code.TOO_LARGE;
  }

  private static String remedy(Throwable thrown) {
    if (Failure.from(thrown).kind() == Kind.UNAVAILABLE) {
      return "the next check of the subscription repeats it";
    }
    return isFull(thrown)
        ? "the stream is full: delete its forks, or set max-stream-size to 256KiB or more"
        : "create it as a stream of application/json";
  }
}
