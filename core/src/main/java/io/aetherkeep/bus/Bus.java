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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The typed event bus: asks with one answer, events for whoever listens.
 *
 * <p>An ask goes to an instance on the asker's own event loop where there is one, which saves a
 * third of the hop, and to any instance in the cluster otherwise. Each has a deadline. A {@code
 * JsonObject} sent to the same address gets a {@code JsonObject} back.
 */
public final class Bus implements Shareable {

  private static final System.Logger LOG = System.getLogger(Bus.class.getName());
  private static final String PREFIX = "aetherkeep.";
  private static final String SHARED = "aetherkeep.bus";
  private static final String PROBE = "aetherkeep-probe";

  /** The header of a large event. */
  private static final String BYTES = "aetherkeep-bytes";

  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

  private static final DeliveryOptions EVERYWHERE = new DeliveryOptions();

  private final EventBus events;
  private final Set<String> eventAddresses;
  private volatile @Nullable Relay relay;
  private final Wire wire;
  private final OrderedWork work;
  private final DeliveryOptions usual;

  /** Whether a tracer follows what is asked; it sees messages, and no calls. */
  private final boolean traced;

  private final Queue<Route> all = new ConcurrentLinkedQueue<>();
  private final ClassValue<Route> routes =
      new ClassValue<>() {
        @Override
        protected Route computeValue(Class<?> type) {
          Route route = new Route(address(type));
          all.add(route);
          return route;
        }
      };

  private Bus(Vertx vertx, Collection<Class<?>> types, Duration deadline) {
    this.events = vertx.eventBus();
    this.wire = new Wire(types);
    this.work = new OrderedWork(vertx);
    this.eventAddresses =
        types.stream()
            .filter(Event.class::isAssignableFrom)
            .map(Bus::address)
            .collect(Collectors.toUnmodifiableSet());
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
    Route route = routes.get(ask.getClass());
    Answerer here = route.onThisLoop();
    if (here == null) {
      return answer(route, events.request(route.address, ask, options));
    }
    return traced
        ? answer(route, events.request(route.here(), ask, options))
        : direct(route, here, ask, options);
  }

  /** An answer that takes time is waited for no longer than one from elsewhere would be. */
  @SuppressWarnings("unchecked") // the answerer of an Ask<A> answers with an A
  private <A> Future<A> direct(Route route, Answerer here, Ask<A> ask, DeliveryOptions options) {
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
        .<Object>request(PREFIX + name, Wire.toJson(ask), within(deadline))
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

  private static <A> Future<A> answer(Route route, Future<Message<Object>> reply) {
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
    Route route = routes.get(type);
    MessageConsumer<Object> shared =
        events.consumer(route.address, message -> receive(message, type, answerer));
    MessageConsumer<Object> here =
        events.localConsumer(route.here(), message -> receive(message, type, answerer));
    // Nobody on this loop is sent here before it listens.
    return Future.all(shared.completion(), here.completion())
        .onSuccess(listening -> route.here.add(route.here()))
        .onSuccess(listening -> answerDirectly(route, type, answerer, shared))
        .mapEmpty();
  }

  /** Who asks on the answerer's own event loop calls it, and sends no message. */
  private <Q extends Ask<A>, A> void answerDirectly(
      Route route, Class<Q> type, Function<Q, Future<A>> answerer, MessageConsumer<Object> shared) {
    if (Vertx.currentContext() instanceof ContextInternal own && own.isEventLoopContext()) {
      Answerer direct =
          new Answerer(own, usual.getSendTimeout(), ask -> attempt(type, ask, answerer));
      route.loops.put(Thread.currentThread(), direct);
      // Whoever stops answering is not asked on its own loop either.
      shared.endHandler(stopped -> route.loops.values().remove(direct));
    }
  }

  /** An answer, or the failure that stands for whatever was thrown. */
  private static <Q extends Ask<A>, A> Future<A> attempt(
      Class<Q> type, Object ask, Function<Q, Future<A>> answerer) {
    try {
      return Objects.requireNonNull(answerer.apply(type.cast(ask)), "no answer");
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      // Whatever it is: an asker that is not answered would wait for its deadline.
      return Future.failedFuture(e);
    }
  }

  /** Whether there are answerers of a type here, and each of them answers within a time. */
  public Future<Boolean> probe(Class<? extends Ask<?>> type, Duration patience) {
    DeliveryOptions options = within(patience).setLocalOnly(true).addHeader(PROBE, "");
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

  private <Q extends Ask<A>, A> void receive(
      Message<Object> message, Class<Q> type, Function<Q, Future<A>> answerer) {
    if (message.headers().contains(PROBE)) {
      message.reply("");
      return;
    }
    Object body = message.body();
    boolean foreign = !type.isInstance(body);
    Future<A> answer;
    try {
      answer =
          Objects.requireNonNull(
              answerer.apply(foreign ? fromForeign(body, type) : type.cast(body)), "no answer");
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      // Whatever it is: an asker that is not answered would wait for its deadline.
      answer = Future.failedFuture(e);
    }
    answer.onComplete(
        value -> reply(message, type, value, foreign),
        thrown -> refuse(message, type, thrown, foreign));
  }

  private static <Q> Q fromForeign(Object body, Class<Q> type) {
    if (body instanceof JsonObject json) {
      return RecordJson.read(json.toBuffer().getBytes(), type);
    }
    throw Failure.of(Code.INVALID_BODY, "Send the record or its JsonObject");
  }

  private static void reply(Message<Object> message, Class<?> type, Object value, boolean foreign) {
    try {
      message.reply(foreign ? Wire.toJson(value) : value);
    } catch (RuntimeException e) {
      refuse(message, type, e, foreign);
    }
  }

  /** The failure that stands for whatever was thrown; what is a bug is logged. */
  private static Failure logged(String what, Throwable thrown) {
    Failure failure = Failure.from(thrown);
    if (failure.code() == Code.INTERNAL && failure != thrown) {
      LOG.log(System.Logger.Level.ERROR, what + " failed", thrown);
    }
    return failure;
  }

  private static void refuse(
      Message<Object> message, Class<?> type, Throwable thrown, boolean foreign) {
    Failure failure = logged(type.getSimpleName(), thrown);
    if (foreign) {
      message.fail(failure.kind().number(), failure.code().text());
    } else {
      message.reply(failure);
    }
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
    relay = other;
  }

  /**
   * Tells the subscribers here what another node's relay was told.
   *
   * @param counted takes how many events that were; not called where they cannot be read
   */
  public void deliver(Buffer parcel, IntConsumer counted) {
    work.run(
        parcel.length(),
        () -> opened(parcel),
        told -> {
          told.forEach(one -> events.publish(one.address, one.body, options(HERE, one.bytes)));
          counted.accept(told.size());
        });
  }

  private List<Told> opened(Buffer parcel) {
    List<Told> told = new ArrayList<>();
    try {
      Parcel.open(
          parcel, (address, body) -> told.add(new Told(address, body, parcel.length(), null)));
    } catch (Failure e) {
      LOG.log(System.Logger.Level.WARNING, "Somebody told what is no event of ours");
    }
    told.removeIf(one -> !eventAddresses.contains(one.address));
    return told;
  }

  /**
   * An event as JSON.
   *
   * @param parcel the same for other nodes, if there is a relay
   */
  private record Told(String address, JsonObject body, int bytes, @Nullable Buffer parcel) {}

  private static Told told(Event event, boolean relayed) {
    String address = address(event.getClass());
    JsonObject body = Wire.toJson(event);
    return new Told(address, body, size(event), relayed ? Parcel.item(address, body) : null);
  }

  private static int size(Object event) {
    return event instanceof Sized sized ? sized.documentBytes() : 0;
  }

  /** Subscribers know by a header that they must not read an event on their event loops. */
  private static DeliveryOptions options(DeliveryOptions usual, int bytes) {
    return bytes < Sized.LARGE
        ? usual
        : new DeliveryOptions(usual).addHeader(BYTES, Integer.toString(bytes));
  }

  /** Tells every subscriber, on every node; best effort, as the event bus is. */
  public void publish(Event event) {
    Relay other = relay;
    work.run(
        size(event),
        () -> told(event, other != null),
        told -> {
          DeliveryOptions reach = other == null ? EVERYWHERE : HERE;
          events.publish(told.address, told.body, options(reach, told.bytes));
          if (other != null && told.parcel != null) {
            other.tell(told.body.getString("space", ""), told.parcel);
          }
        });
  }

  /** Tells every subscriber on this node only: of what every node finds out by itself. */
  public void publishHere(Event event) {
    events.publish(address(event.getClass()), Wire.toJson(event), HERE);
  }

  /** Tells every event loop of this JVM, by reference. */
  public void signal(Signal signal) {
    events.publish(address(signal.getClass()), signal, HERE);
  }

  /** Hears every signal of a type, on the caller's event loop. */
  public <S extends Signal> Future<Void> hear(Class<S> type, Consumer<S> hearer) {
    return events
        .<Object>localConsumer(address(type), message -> hearer.accept(type.cast(message.body())))
        .completion();
  }

  /** Hears every event of a type, those published here and those of other nodes. */
  public <E extends Event> Future<Void> subscribe(Class<E> type, Consumer<E> subscriber) {
    return events
        .<Object>consumer(address(type), message -> hear(message, type, subscriber))
        .completion();
  }

  private <E> void hear(Message<Object> message, Class<E> type, Consumer<E> subscriber) {
    String bytes = message.headers().get(BYTES);
    work.run(
        bytes == null ? 0 : Sized.LARGE,
        () -> heard(message.body(), type),
        event -> event.ifPresent(subscriber));
  }

  private static <E> Optional<E> heard(Object body, Class<E> type) {
    try {
      return Optional.of(Wire.heard((JsonObject) body, type));
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "Somebody published what is no " + type.getSimpleName());
      return Optional.empty();
    }
  }

  private static DeliveryOptions within(Duration deadline) {
    return new DeliveryOptions().setSendTimeout(deadline.toMillis());
  }

  /** Addresses by their types: each is worked out once. */
  private static final ClassValue<String> ADDRESSES =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
          return spelled(type);
        }
      };

  static String address(Class<?> type) {
    return ADDRESSES.get(type);
  }

  /** {@code OpenSession} is {@code aetherkeep.open-session}. */
  private static String spelled(Class<?> type) {
    String kebab = type.getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-");
    boolean event = Event.class.isAssignableFrom(type);
    boolean signal = Signal.class.isAssignableFrom(type);
    return PREFIX + (event ? "event." : signal ? "signal." : "") + kebab.toLowerCase(Locale.ROOT);
  }

  /** Who answers on one event loop, as itself: its timers end with it and not with who asks. */
  private static final class Answerer {

    private final ContextInternal own;
    private final Function<Object, Future<?>> answers;
    private final Waits waits;

    Answerer(ContextInternal own, long millis, Function<Object, Future<?>> answers) {
      this.own = own;
      this.answers = answers;
      this.waits = new Waits(own, millis);
    }

    Future<?> answer(Object ask) {
      ContextInternal asker = own.beginDispatch();
      try {
        return answers.apply(ask);
      } finally {
        own.endDispatch(asker);
      }
    }
  }

  /** Where an ask goes: the shared address, and one for each event loop that has an answerer. */
  private static final class Route implements Waits.Outcome {

    final String address;
    final LongAdder answered = new LongAdder();
    final LongAdder failed = new LongAdder();

    /** Where each instance of this JVM that answers is to be reached. */
    final Set<String> here = ConcurrentHashMap.newKeySet();

    final ConcurrentHashMap<Thread, Answerer> loops = new ConcurrentHashMap<>();

    Route(String address) {
      this.address = address;
    }

    String name() {
      return address.substring(PREFIX.length());
    }

    @Override
    public void answered() {
      answered.increment();
    }

    @Override
    public Failure failed(Throwable thrown) {
      failed.increment();
      return thrown instanceof TimeoutException
          ? Failure.of(Code.DEADLINE_EXCEEDED, "No answer within the deadline")
          : logged(name(), thrown);
    }

    @Nullable Answerer onThisLoop() {
      return loops.get(Thread.currentThread());
    }

    /** An event loop is its thread: one thread runs it for as long as it lives. */
    String here() {
      return address + "#" + Thread.currentThread().getId();
    }
  }
}
