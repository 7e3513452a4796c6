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
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Publish/subscribe side of the bus: events as JSON for all nodes, signals by reference for this
 * one. Worker threads encode and decode large events; their order is kept.
 */
final class EventChannel {

  private static final System.Logger LOG = System.getLogger(EventChannel.class.getName());

  /** Header of a large event. */
  private static final String BYTES = "aetherkeep-bytes";

  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

  private static final DeliveryOptions EVERYWHERE = new DeliveryOptions();

  private final EventBus events;
  private final OrderedWork work;
  private final Set<String> known;
  private volatile Bus.@Nullable Relay relay;

  /**
   * Creates the channel.
   *
   * @param types records of the bus; the channel accepts only the events among them from a relay
   */
  EventChannel(Vertx vertx, Collection<Class<?>> types) {
    this.events = vertx.eventBus();
    this.work = new OrderedWork(vertx);
    this.known =
        types.stream()
            .filter(Event.class::isAssignableFrom)
            .map(BusAddress::of)
            .collect(Collectors.toUnmodifiableSet());
  }

  void relay(Bus.Relay other) {
    relay = other;
  }

  void deliver(Buffer batch, IntConsumer counted) {
    work.run(
        batch.length(),
        () -> open(batch),
        encoded -> {
          encoded.forEach(one -> events.publish(one.address, one.body, options(HERE, one.bytes)));
          counted.accept(encoded.size());
        });
  }

  private List<Encoded> open(Buffer batch) {
    List<Encoded> encoded = new ArrayList<>();
    try {
      EventBatch.open(
          batch, (address, body) -> encoded.add(new Encoded(address, body, batch.length(), null)));
    } catch (Failure e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Received an event of an unknown type on the event bus; it is ignored");
    }
    encoded.removeIf(one -> !known.contains(one.address));
    return encoded;
  }

  /**
   * An event as JSON.
   *
   * @param item its form for other nodes, if there is a relay
   */
  private record Encoded(String address, JsonObject body, int bytes, @Nullable Buffer item) {}

  private static Encoded encode(Event event, boolean relayed) {
    String address = BusAddress.of(event.getClass());
    JsonObject body = RecordRegistry.toJson(event);
    return new Encoded(address, body, size(event), relayed ? EventBatch.item(address, body) : null);
  }

  private static int size(Object event) {
    return event instanceof Sized sized ? sized.documentBytes() : 0;
  }

  /** Marks a large event by a header, so that subscribers do not decode it on their event loops. */
  private static DeliveryOptions options(DeliveryOptions usual, int bytes) {
    return bytes < Sized.LARGE
        ? usual
        : new DeliveryOptions(usual).addHeader(BYTES, Integer.toString(bytes));
  }

  void publish(Event event) {
    Bus.Relay other = relay;
    work.run(
        size(event),
        () -> encode(event, other != null),
        encoded -> {
          DeliveryOptions reach = other == null ? EVERYWHERE : HERE;
          events.publish(encoded.address, encoded.body, options(reach, encoded.bytes));
          if (other != null && encoded.item != null) {
            other.tell(encoded.body.getString("space", ""), encoded.item);
          }
        });
  }

  void publishHere(Event event) {
    events.publish(BusAddress.of(event.getClass()), RecordRegistry.toJson(event), HERE);
  }

  void signal(Signal signal) {
    events.publish(BusAddress.of(signal.getClass()), signal, HERE);
  }

  <S extends Signal> Future<Void> onSignal(Class<S> type, Consumer<S> hearer) {
    return events
        .<Object>localConsumer(
            BusAddress.of(type), message -> hearer.accept(type.cast(message.body())))
        .completion();
  }

  <E extends Event> Future<Void> subscribe(Class<E> type, Consumer<E> subscriber) {
    return events
        .<Object>consumer(BusAddress.of(type), message -> onSignal(message, type, subscriber))
        .completion();
  }

  private <E> void onSignal(Message<Object> message, Class<E> type, Consumer<E> subscriber) {
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
