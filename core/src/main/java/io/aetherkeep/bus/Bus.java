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
import io.vertx.core.shareddata.Shareable;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Typed event bus: asks with one answer each, and events for all subscribers.
 *
 * <p>An ask goes to an instance on the asker's own event loop if there is one, which saves a third
 * of the latency, and otherwise to any instance in the cluster. Each ask has a deadline. A {@code
 * JsonObject} sent to the same address is answered with a {@code JsonObject}.
 */
public final class Bus implements Shareable {

  private static final String SHARED = "aetherkeep.bus";

  private final String id = UUID.randomUUID().toString();
  private final EventBus events;
  private final RecordRegistry registry;
  private final EventChannel channel;

  private final ForeignJson foreign;

  private final DeliveryOptions usual;

  /** Whether a tracer is installed. It sees messages only, so direct calls are not used then. */
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
    this.registry = new RecordRegistry(types);
    this.channel = new EventChannel(vertx, types);
    this.foreign = new ForeignJson(vertx);
    this.usual = within(deadline);
    this.traced = ((VertxInternal) vertx).tracer() != null;
    events.registerCodec(new RecordCodec(registry));
    events.registerDefaultCodec(Failure.class, new FailureCodec());
    events.registerDefaultCodec(EncodedEvent.class, new EncodedEvent.Codec());
    events.codecSelector(body -> registry.knows(body.getClass()) ? RecordCodec.NAME : null);
  }

  /**
   * Creates the bus of this Vert.x, once.
   *
   * @param types closed list of records that may cross the bus
   * @param deadline default deadline of an ask
   */
  public static Bus on(Vertx vertx, Collection<Class<?>> types, Duration deadline) {
    Bus bus = new Bus(vertx, types, deadline);
    vertx.sharedData().getLocalMap(SHARED).put(SHARED, bus);
    return bus;
  }

  /** The bus of this Vert.x, for verticles of other projects that are deployed in it. */
  public static Bus of(Vertx vertx) {
    if (vertx.sharedData().getLocalMap(SHARED).get(SHARED) instanceof Bus bus) {
      return bus;
    }
    throw new IllegalStateException("No bus was made for this Vert.x yet");
  }

  /** Id of this JVM among the nodes, new at each start. */
  public String id() {
    return id;
  }

  /** Asks with the default deadline; every failure is a {@link Failure}. */
  public <A> Future<A> ask(Ask<A> ask) {
    return ask(ask, usual);
  }

  /** Asks with a deadline. */
  public <A> Future<A> ask(Ask<A> ask, Duration deadline) {
    return ask(ask, within(deadline));
  }

  private <A> Future<A> ask(Ask<A> ask, DeliveryOptions options) {
    if (!registry.knows(ask.getClass())) {
      return Future.failedFuture(
          Failure.of(Code.INTERNAL, "The message is not an ask of this bus"));
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

  /** Calls the answerer on this event loop, with the same deadline as a message. */
  @SuppressWarnings("unchecked") // the answerer of an Ask<A> answers with an A
  private <A> Future<A> direct(
      AskRoute route, LoopAnswerer here, Ask<A> ask, DeliveryOptions options) {
    Future<A> answer = (Future<A>) here.answer(ask);
    if (answer.succeeded()) {
      route.answered();
      return answer;
    }
    AnswerDeadlines deadlines =
        options == usual ? here.deadlines : new AnswerDeadlines(here.own, options.getSendTimeout());
    return deadlines.limit(answer, route);
  }

  /**
   * Asks a service outside of the protocol, in JSON both ways.
   *
   * @param name the address without {@code aetherkeep.}
   */
  public <A> Future<A> askByName(String name, Object ask, Class<A> answer, Duration deadline) {
    return foreign
        .of(ask)
        .compose(json -> events.<Object>request(BusAddress.PREFIX + name, json, within(deadline)))
        .transform(
            reply ->
                reply.succeeded()
                    ? foreign.answer(reply.result().body(), answer)
                    : Future.failedFuture(Failure.from(reply.cause())));
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

  /** Counts of answered and failed asks of each type that this node made. */
  public List<Traffic> traffic() {
    return all.stream()
        .filter(route -> route.answered.sum() + route.failed.sum() > 0)
        .map(route -> new Traffic(route.name(), route.answered.sum(), route.failed.sum()))
        .toList();
  }

  /** Counters of one type of ask. */
  public record Traffic(String ask, long answered, long failed) {}

  @SuppressWarnings("unchecked")
  private static <A> Future<A> body(Message<Object> message) {
    return message.body() instanceof RecordCodec.Unreadable
        ? Future.failedFuture(Failure.of(Code.INTERNAL, "The answer cannot be decoded"))
        : Future.succeededFuture((A) message.body());
  }

  private static boolean hasNoHandlers(Throwable thrown) {
    return thrown instanceof ReplyException reply
        && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }

  /** Answers all asks of a type, on the calling verticle's event loop. */
  public <Q extends Ask<A>, A> Future<Void> answer(Class<Q> type, Function<Q, Future<A>> answerer) {
    AskRoute route = routes.get(type);
    AskReceiver<Q, A> receiver = new AskReceiver<>(type, answerer, foreign);
    MessageConsumer<Object> shared = events.consumer(route.address, receiver::receive);
    MessageConsumer<Object> here = events.localConsumer(route.here(), receiver::receive);
    // Both consumers are registered before the route is published, so that no ask is lost.
    return Future.all(shared.completion(), here.completion())
        .onSuccess(listening -> route.here.add(route.here()))
        .onSuccess(listening -> answerDirectly(route, receiver, shared))
        .mapEmpty();
  }

  /** Registers the answerer for direct calls from its own event loop, which send no message. */
  private void answerDirectly(
      AskRoute route, AskReceiver<?, ?> receiver, MessageConsumer<Object> shared) {
    if (Vertx.currentContext() instanceof ContextInternal own && own.isEventLoopContext()) {
      LoopAnswerer direct = new LoopAnswerer(own, usual.getSendTimeout(), receiver::answer);
      route.loops.put(Thread.currentThread(), direct);
      // An undeployed answerer gets no direct calls either.
      shared.endHandler(stopped -> route.loops.values().remove(direct));
    }
  }

  /** Whether this JVM has answerers of a type, and all of them reply in time. */
  public Future<Boolean> probe(Class<? extends Ask<?>> type, Duration patience) {
    DeliveryOptions options = within(patience).setLocalOnly(true).addHeader(AskReceiver.PROBE, "");
    Set<String> here = routes.get(type).here;
    List<Future<Message<Object>>> probes =
        here.stream()
            .map(
                address ->
                    events
                        .<Object>request(address, "", options)
                        .recover(thrown -> undeployed(here, address, thrown)))
            .toList();
    return Future.join(probes)
        .transform(all -> Future.succeededFuture(all.succeeded() && !here.isEmpty()));
  }

  /** Forgets an instance that was undeployed, which is no failure while others remain. */
  private static Future<Message<Object>> undeployed(
      Set<String> here, String address, Throwable thrown) {
    if (hasNoHandlers(thrown)) {
      here.remove(address);
      return Future.succeededFuture();
    }
    return Future.failedFuture(thrown);
  }

  /** Transport of events to other nodes that are not in one Vert.x cluster. */
  public interface Relay {

    /**
     * Sends an event to the other nodes of a space.
     *
     * @param to id of the only node that receives it; null for all
     * @param event one element of the JSON array that {@link Bus#deliver} receives there
     */
    void tell(String space, @Nullable String to, Buffer event);
  }

  /** Sends events to other nodes through a relay, in place of the cluster. */
  public void relay(Relay other) {
    channel.relay(other);
  }

  /**
   * Publishes to the subscribers here what another node's relay sent.
   *
   * @param counted receives the number of events of known types; an unreadable batch ends at its
   *     first error
   */
  public void deliver(Buffer batch, IntConsumer counted) {
    channel.deliver(batch, counted);
  }

  /** Publishes an event to all subscribers on all nodes, at most once. */
  public void publish(Event event) {
    channel.publish(event);
  }

  /** Publishes an event on this node only, for events that every node detects itself. */
  public void publishHere(Event event) {
    channel.publishHere(event);
  }

  /** Sends a signal to all event loops of this JVM, by reference. */
  public void signal(Signal signal) {
    channel.signal(signal);
  }

  /** Receives all signals of a type, on the caller's event loop. */
  public <S extends Signal> Future<Void> onSignal(Class<S> type, Consumer<S> listener) {
    return channel.onSignal(type, listener);
  }

  /** Receives all events of a type, published on this or another node. */
  public <E extends Event> Future<Void> subscribe(Class<E> type, Consumer<E> subscriber) {
    return channel.subscribe(type, subscriber);
  }

  private static DeliveryOptions within(Duration deadline) {
    return new DeliveryOptions().setSendTimeout(deadline.toMillis());
  }
}
