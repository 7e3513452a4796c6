package io.aetherkeep.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.Shareable;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * The typed event bus: asks with one answer, events for whoever listens.
 *
 * <p>An ask goes to an instance on the asker's own event loop where there is one, which saves a
 * third of the hop, and to any instance in the cluster otherwise. Each has a deadline. A {@code
 * JsonObject} sent to the same address gets a {@code JsonObject} back.
 */
public final class Bus implements Shareable {

  private static final String SHARED = "aetherkeep.bus";

  private final EventBus events;
  private final Wire wire;
  private final EventChannel channel;
  private final DeliveryOptions usual;

  /** Whether a tracer follows what is asked; it sees messages, and no calls. */
  private final boolean traced;

  private final Queue<AskRoute> all = new ConcurrentLinkedQueue<>();
  private final ClassValue<AskRoute> routes =
      new ClassValue<>() {
        @Override
        protected AskRoute computeValue(Class<?> type) {
          AskRoute route = new AskRoute(BusAddress.of(type));
          all.add(route);
          return route;
        }
      };

  private Bus(Vertx vertx, Collection<Class<?>> types, Duration deadline) {
    this.events = vertx.eventBus();
    this.wire = new Wire(types);
    this.channel = new EventChannel(vertx, types);
    this.usual = within(deadline);
    this.traced = ((VertxInternal) vertx).tracer() != null;
    events.registerCodec(new RecordCodec(wire));
    events.registerDefaultCodec(Failure.class, new FailureCodec());
    events.codecSelector(body -> wire.knows(body.getClass()) ? RecordCodec.NAME : null);
  }

  /**
   * The bus of this Vert.x, to be made once for it.
   *
   * @param types the closed list of records that may cross it
   * @param deadline how long an ask waits for its answer when it does not say
   */
  public static Bus on(Vertx vertx, Collection<Class<?>> types, Duration deadline) {
    Bus bus = new Bus(vertx, types, deadline);
    vertx.sharedData().getLocalMap(SHARED).put(SHARED, bus);
    return bus;
  }

  /** The bus that was made for this Vert.x, for a verticle that somebody else deploys there. */
  public static Bus of(Vertx vertx) {
    if (vertx.sharedData().getLocalMap(SHARED).get(SHARED) instanceof Bus bus) {
      return bus;
    }
    throw new IllegalStateException("No bus was made for this Vert.x yet");
  }

  /** Asks, and fails with a {@link Failure} at the latest at the bus's deadline. */
  public <A> Future<A> ask(Ask<A> ask) {
    return ask(ask, usual);
  }

  /** Asks with a deadline of its own. */
  public <A> Future<A> ask(Ask<A> ask, Duration deadline) {
    return ask(ask, within(deadline));
  }

  private <A> Future<A> ask(Ask<A> ask, DeliveryOptions options) {
    if (!wire.knows(ask.getClass())) {
      return Future.failedFuture(Failure.of(Code.INTERNAL, "Not an ask of this bus"));
    }
    AskRoute route = routes.get(ask.getClass());
    LoopAnswerer here = route.onThisLoop();
    if (here == null) {
      return answer(route, events.request(route.address, ask, options));
    }
    return traced
        ? answer(route, events.request(route.here(), ask, options))
        : direct(route, here, ask, options);
  }

  /** An answer that takes time is waited for no longer than one from elsewhere would be. */
  @SuppressWarnings("unchecked") // the answerer of an Ask<A> answers with an A
  private <A> Future<A> direct(
      AskRoute route, LoopAnswerer here, Ask<A> ask, DeliveryOptions options) {
    Future<A> answer = (Future<A>) here.answer(ask);
    if (answer.succeeded()) {
      route.answered();
      return answer;
    }
    Waits waits = options == usual ? here.waits : new Waits(here.own, options.getSendTimeout());
    return waits.limit(answer, route);
  }

  /**
   * Asks whoever serves a name outside of the protocol, in JSON both ways.
   *
   * @param name what follows {@code aetherkeep.} in the address
   */
  public <A> Future<A> askByName(String name, Object ask, Class<A> answer, Duration deadline) {
    return events
        .<Object>request(BusAddress.PREFIX + name, Wire.toJson(ask), within(deadline))
        .transform(
            reply ->
                reply.succeeded()
                    ? byName(reply.result().body(), answer)
                    : Future.failedFuture(Failure.from(reply.cause())));
  }

  private static <A> Future<A> byName(Object body, Class<A> answer) {
    return body instanceof JsonObject json
        ? Future.succeededFuture(RecordJson.readEvent(json.toBuffer().getBytes(), answer))
        : Future.failedFuture(Failure.of(Code.INTERNAL, "The answer is no JsonObject"));
  }

  private static <A> Future<A> answer(AskRoute route, Future<Message<Object>> reply) {
    return reply.transform(
        message -> {
          if (message.succeeded()) {
            route.answered();
            return body(message.result());
          }
          route.failed.increment();
          return Future.failedFuture(Failure.from(message.cause()));
        });
  }

  /** How often each ask that was asked here was answered, and how often it failed. */
  public List<Traffic> traffic() {
    return all.stream()
        .filter(route -> route.answered.sum() + route.failed.sum() > 0)
        .map(route -> new Traffic(route.name(), route.answered.sum(), route.failed.sum()))
        .toList();
  }

  /** What became of the asks of one sort. */
  public record Traffic(String ask, long answered, long failed) {}

  @SuppressWarnings("unchecked")
  private static <A> Future<A> body(Message<Object> message) {
    return message.body() instanceof RecordCodec.Unreadable
        ? Future.failedFuture(Failure.of(Code.INTERNAL, "The answer cannot be read"))
        : Future.succeededFuture((A) message.body());
  }

  private static boolean nobodyListens(Throwable thrown) {
    return thrown instanceof ReplyException reply
        && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }

  /** Answers every ask of a type, from the calling verticle's event loop. */
  public <Q extends Ask<A>, A> Future<Void> answer(Class<Q> type, Function<Q, Future<A>> answerer) {
    AskRoute route = routes.get(type);
    AskReceiver<Q, A> receiver = new AskReceiver<>(type, answerer);
    MessageConsumer<Object> shared = events.consumer(route.address, receiver::receive);
    MessageConsumer<Object> here = events.localConsumer(route.here(), receiver::receive);
    // Nobody on this loop is sent here before it listens.
    return Future.all(shared.completion(), here.completion())
        .onSuccess(listening -> route.here.add(route.here()))
        .onSuccess(listening -> answerDirectly(route, receiver, shared))
        .mapEmpty();
  }

  /** Who asks on the answerer's own event loop calls it, and sends no message. */
  private void answerDirectly(
      AskRoute route, AskReceiver<?, ?> receiver, MessageConsumer<Object> shared) {
    if (Vertx.currentContext() instanceof ContextInternal own && own.isEventLoopContext()) {
      LoopAnswerer direct = new LoopAnswerer(own, usual.getSendTimeout(), receiver::answer);
      route.loops.put(Thread.currentThread(), direct);
      // Whoever stops answering is not asked on its own loop either.
      shared.endHandler(stopped -> route.loops.values().remove(direct));
    }
  }

  /** Whether there are answerers of a type here, and each of them answers within a time. */
  public Future<Boolean> probe(Class<? extends Ask<?>> type, Duration patience) {
    DeliveryOptions options = within(patience).setLocalOnly(true).addHeader(AskReceiver.PROBE, "");
    Set<String> here = routes.get(type).here;
    List<Future<Message<Object>>> probes =
        here.stream()
            .map(
                address ->
                    events
                        .<Object>request(address, "", options)
                        .recover(thrown -> gone(here, address, thrown)))
            .toList();
    return Future.join(probes)
        .transform(all -> Future.succeededFuture(all.succeeded() && !here.isEmpty()));
  }

  /** An instance that was undeployed is missed by nobody, as long as there are others. */
  private static Future<Message<Object>> gone(Set<String> here, String address, Throwable thrown) {
    if (nobodyListens(thrown)) {
      here.remove(address);
      return Future.succeededFuture();
    }
    return Future.failedFuture(thrown);
  }

  /** Takes what is published to other nodes, where they are not of one Vert.x cluster. */
  public interface Relay {

    /**
     * Tells an event to the other nodes of a space.
     *
     * @param event one member of the JSON array that {@link Bus#deliver} takes there
     */
    void tell(String space, Buffer event);
  }

  /** Has a relay tell other nodes from now on, in place of the cluster. */
  public void relay(Relay other) {
    channel.relay(other);
  }

  /**
   * Tells the subscribers here what another node's relay was told.
   *
   * @param counted takes how many events that were; not called where they cannot be read
   */
  public void deliver(Buffer parcel, IntConsumer counted) {
    channel.deliver(parcel, counted);
  }

  /** Tells every subscriber, on every node; best effort, as the event bus is. */
  public void publish(Event event) {
    channel.publish(event);
  }

  /** Tells every subscriber on this node only: of what every node finds out by itself. */
  public void publishHere(Event event) {
    channel.publishHere(event);
  }

  /** Tells every event loop of this JVM, by reference. */
  public void signal(Signal signal) {
    channel.signal(signal);
  }

  /** Hears every signal of a type, on the caller's event loop. */
  public <S extends Signal> Future<Void> hear(Class<S> type, Consumer<S> hearer) {
    return channel.hear(type, hearer);
  }

  /** Hears every event of a type, those published here and those of other nodes. */
  public <E extends Event> Future<Void> subscribe(Class<E> type, Consumer<E> subscriber) {
    return channel.subscribe(type, subscriber);
  }

  private static DeliveryOptions within(Duration deadline) {
    return new DeliveryOptions().setSendTimeout(deadline.toMillis());
  }
}
