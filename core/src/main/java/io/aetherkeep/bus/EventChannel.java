package io.aetherkeep.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Publish/subscribe side of the bus: signals for this JVM, and events for all nodes.
 *
 * <p>Subscribers in this JVM receive an event by reference. Plain consumers of its address, and
 * other nodes, receive it as JSON, which is encoded once. Worker threads encode and decode large
 * events; their order is kept.
 */
final class EventChannel {

  private static final System.Logger LOG = System.getLogger(EventChannel.class.getName());

  /** Header of a large event. */
  private static final String BYTES = "aetherkeep-bytes";

  /** Header with the channel that also sends the event by reference to its own subscribers. */
  private static final String SENDER = "aetherkeep-sender";

  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

  private final EventBus events;
  private final OrderedWork work;
  private final Map<String, Class<? extends Event>> known;
  private final boolean clustered;
  private final String self = UUID.randomUUID().toString();
  private volatile Bus.@Nullable Relay relay;

  /**
   * Creates the channel.
   *
   * @param types records of the bus; the channel accepts only the events among them from a relay
   */
  EventChannel(Vertx vertx, Collection<Class<?>> types) {
    this.events = vertx.eventBus();
    this.work = new OrderedWork(vertx);
    this.clustered = vertx.isClustered();
    this.known =
        types.stream()
            .filter(Event.class::isAssignableFrom)
            .<Class<? extends Event>>map(type -> type.asSubclass(Event.class))
            .collect(Collectors.toUnmodifiableMap(BusAddress::of, Function.identity()));
  }

  void relay(Bus.Relay other) {
    relay = other;
  }

  /** The address of an event's subscribers in this JVM, by reference. */
  private static String reference(Class<?> type) {
    return BusAddress.of(type) + ".record";
  }

  void deliver(Buffer batch, IntConsumer counted) {
    work.run(
        batch.length(),
        () -> open(batch),
        received -> {
          received.forEach(this::publish);
          counted.accept(received.size());
        });
  }

  /** An event of another node; without its record if it is invalid. */
  private record Received(
      Class<? extends Event> type, JsonObject body, int bytes, Optional<? extends Event> event) {}

  private List<Received> open(Buffer batch) {
    List<Received> received = new ArrayList<>();
    try {
      EventBatch.open(
          batch,
          (address, body) -> {
            Class<? extends Event> type = known.get(address);
            if (type != null) {
              received.add(new Received(type, body, batch.length(), decode(body, type)));
            }
          });
    } catch (Failure e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Received a malformed batch of events from another node; the rest of it is ignored");
    }
    return received;
  }

  private void publish(Received received) {
    received.event.ifPresent(event -> events.publish(reference(received.type), event, HERE));
    events.publish(BusAddress.of(received.type), received.body, options(true, received.bytes));
  }

  /** Marks a large event by a header, so that subscribers do not decode it on their event loops. */
  private DeliveryOptions options(boolean here, int bytes) {
    DeliveryOptions options = new DeliveryOptions().setLocalOnly(here).addHeader(SENDER, self);
    return bytes < Sized.LARGE ? options : options.addHeader(BYTES, Integer.toString(bytes));
  }

  void publish(Event event) {
    events.publish(reference(event.getClass()), event, HERE);
    Bus.Relay other = relay;
    int bytes = Sized.of(event);
    work.run(
        bytes,
        () -> RecordJson.write(event),
        json -> {
          String address = BusAddress.of(event.getClass());
          boolean here = other != null;
          events.publish(address, body(json, here), options(here, bytes));
          if (other != null) {
            String to = event instanceof DirectedEvent directed ? directed.to() : null;
            other.tell(event.space(), to, EventBatch.item(address, json));
          }
        });
  }

  void publishHere(Event event) {
    events.publish(reference(event.getClass()), event, HERE);
    Object body = body(RecordJson.write(event), true);
    events.publish(BusAddress.of(event.getClass()), body, options(true, 0));
  }

  /** The body for plain consumers, which is parsed before it leaves this JVM. */
  private Object body(byte[] json, boolean here) {
    return clustered && !here ? RecordRegistry.object(json) : new EncodedEvent(json);
  }

  void signal(Signal signal) {
    events.publish(BusAddress.of(signal.getClass()), signal, HERE);
  }

  <S extends Signal> Future<Void> onSignal(Class<S> type, Consumer<S> listener) {
    return byReference(BusAddress.of(type), type, listener);
  }

  private <R> Future<Void> byReference(String address, Class<R> type, Consumer<R> listener) {
    return events
        .<Object>localConsumer(address, message -> listener.accept(type.cast(message.body())))
        .completion();
  }

  <E extends Event> Future<Void> subscribe(Class<E> type, Consumer<E> subscriber) {
    Future<Void> here = byReference(reference(type), type, subscriber);
    return clustered
        ? here.compose(
            done ->
                events
                    .<Object>consumer(
                        BusAddress.of(type), message -> received(message, type, subscriber))
                    .completion())
        : here;
  }

  /** Receives the JSON of an event, unless its record comes by reference. */
  private <E> void received(Message<Object> message, Class<E> type, Consumer<E> subscriber) {
    if (self.equals(message.headers().get(SENDER))) {
      return;
    }
    String bytes = message.headers().get(BYTES);
    work.run(
        bytes == null ? 0 : Sized.LARGE,
        () -> decode(message.body(), type),
        event -> event.ifPresent(subscriber));
  }

  private static <E> Optional<E> decode(Object body, Class<E> type) {
    try {
      return Optional.of(RecordRegistry.readEvent((JsonObject) body, type));
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Received an invalid " + type.getSimpleName() + " on the event bus; it is ignored");
      return Optional.empty();
    }
  }
}
