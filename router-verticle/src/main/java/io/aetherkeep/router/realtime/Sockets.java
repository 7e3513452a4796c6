package io.aetherkeep.router.realtime;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.PlaybackAsks.Connected;
import io.aetherkeep.catalogue.PlaybackAsks.LeaveSession;
import io.aetherkeep.catalogue.SessionAsks.Ending;
import io.aetherkeep.catalogue.SessionAsks.SessionEnded;
import io.aetherkeep.catalogue.SessionAsks.SessionExpired;
import io.aetherkeep.router.access.Guard;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.loop.LoopClock;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.realtime.SocketView.SocketViews;
import io.aetherkeep.router.settings.RealtimeSettings;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.router.watch.WatchHub;
import io.aetherkeep.router.watch.topic.TopicKind;
import io.aetherkeep.router.watch.topic.TopicName;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.http.WebSocketInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Registry of an event loop's sockets, with one timer and one subscription to session events for
 * all.
 */
public final class Sockets {

  /** Number of topics shown for each socket in a list. */
  private static final int LISTED_TOPICS = 10;

  private record SessionKey(String space, String id) {}

  private final Bus bus;
  private final RouterSettings router;
  private final RealtimeSettings settings;
  private final Guard guard;
  private final SocketMeters meters;
  private final SocketOps ops;
  private final FanoutBuffer fanout = new FanoutBuffer();
  private final Set<Socket> all = new LinkedHashSet<>();
  private final Map<SessionKey, List<Socket>> ofSession = new HashMap<>();
  private @Nullable ContextInternal context;
  private @Nullable Slices slices;
  private @Nullable Drain drain;
  private final LoopClock clock;

  public Sockets(
      Bus bus, RouterSettings router, WatchHub hub, Guard guard, MeterRegistry registry) {
    this.bus = bus;
    this.guard = guard;
    this.router = router;
    this.settings = router.realtime();
    this.clock = new LoopClock(settings.sweepEvery(), Sockets::millis);
    this.meters = new SocketMeters(registry);
    this.ops = new SocketOps(bus, hub, this);
  }

  /** Starts the timers and subscriptions. */
  public Future<?> start(Vertx vertx, WatchHub hub) {
    context = ((VertxInternal) vertx).getOrCreateContext();
    slices = Slices.on(vertx);
    meters.show(all::size, hub::size);
    vertx.setPeriodic(settings.sweepEvery().toMillis(), id -> sweep());
    new SocketLeases(bus, this, settings.leaseEvery()).start(vertx);
    return Future.all(
        bus.subscribe(SessionEnded.class, e -> close(e.space(), e.id(), code(e.reason()))),
        bus.subscribe(
            SessionExpired.class, e -> close(e.space(), e.id(), CloseCode.SESSION_EXPIRED)));
  }

  private static CloseCode code(Ending reason) {
    return switch (reason) {
      case LOGOUT -> CloseCode.SESSION_ENDED;
      case ROTATED -> CloseCode.SESSION_ROTATED;
      case REPLACED -> CloseCode.SESSION_REPLACED;
    };
  }

  private static long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  /** Returns the time of the last sweep, which is precise enough; see {@link LoopClock}. */
  long now() {
    return clock.now();
  }

  RealtimeSettings settings() {
    return settings;
  }

  /** Parses a topic's name for a socket's client. */
  TopicName topic(Socket socket, String text) {
    TopicName name = socket.identity().topic(text);
    return name.kind() == TopicKind.CACHE
        ? name.withEntryIds(router.entryIds(name.space(), name.key()))
        : name;
  }

  FanoutBuffer fanout() {
    return fanout;
  }

  long heartbeatMillis() {
    return settings.heartbeat().toMillis();
  }

  SocketMeters meters() {
    return meters;
  }

  SocketOps ops() {
    return ops;
  }

  Guard guard() {
    return guard;
  }

  void requireOpen() {
    if (drain != null) {
      throw Failure.of(Code.NOT_SERVING, "This node is shutting down");
    }
  }

  void add(ServerWebSocket peer, String space, Caller caller, @Nullable String ticket) {
    ChannelHandlerContext channel = ((WebSocketInternal) peer).channelHandlerContext();
    all.add(Socket.begin(this, channel, new SocketIdentity(space, caller, ticket)));
  }

  /** Runs a channel's event on this event loop's context, as Vert.x would. */
  void dispatch(Runnable task) {
    Objects.requireNonNull(context, "context").duplicate().dispatch(task);
  }

  /**
   * Describes sockets of a space.
   *
   * @param session only those of this session; empty for all
   * @param connection only this one, with all its topics; empty for all
   */
  public SocketViews views(String space, String session, String connection, int most) {
    List<Socket> found =
        all.stream()
            .filter(socket -> socket.space().equals(space))
            .filter(socket -> session.isEmpty() || session.equals(socket.session()))
            .filter(socket -> connection.isEmpty() || connection.equals(socket.connection()))
            .toList();
    int topics = connection.isEmpty() ? LISTED_TOPICS : Integer.MAX_VALUE;
    return new SocketViews(
        found.stream().limit(most).map(socket -> socket.view(topics)).toList(), found.size());
  }

  /** The number of sockets. */
  public int size() {
    return all.size();
  }

  /** Registers a socket of a session. */
  void belongs(Socket socket, String session) {
    List<Socket> sockets =
        ofSession.computeIfAbsent(
            new SessionKey(socket.space(), session), first -> new ArrayList<>(1));
    if (!sockets.contains(socket)) {
      sockets.add(socket);
    }
  }

  void remove(Socket socket) {
    all.remove(socket);
    String session = socket.session();
    if (session != null) {
      SessionKey key = new SessionKey(socket.space(), session);
      List<Socket> sockets = ofSession.get(key);
      if (sockets != null && sockets.remove(socket) && sockets.isEmpty()) {
        ofSession.remove(key);
      }
    }
    if (drain != null) {
      drain.removed();
    }
  }

  /**
   * Tells the session that a socket has left; if the message is lost, the socket's lease expires.
   */
  void left(Socket socket) {
    String session = socket.session();
    if (session != null) {
      bus.ask(new LeaveSession(socket.space(), session, socket.connection()));
    }
  }

  Collection<Socket> all() {
    return all;
  }

  /** Closes the sockets of sessions that are gone. */
  void closeUnknown(String space, Collection<Connected> gone) {
    each(gone, one -> close(space, one.session(), CloseCode.SESSION_UNKNOWN));
  }

  void close(String space, String session, CloseCode code) {
    each(
        ofSession.getOrDefault(new SessionKey(space, session), List.of()),
        socket -> socket.close(code));
  }

  private void sweep() {
    clock.tick();
    fanout.clear();
    each(
        all,
        socket -> {
          socket.tick();
          socket.retryReport(bus);
        });
  }

  /** Works on many sockets in slices: a session's end or a revoked key may close thousands. */
  private <T> void each(Collection<T> those, Consumer<T> work) {
    Objects.requireNonNull(slices, "slices").each(those, work);
  }

  /** Closes all sockets over a period, so that they do not reconnect to other nodes all at once. */
  public Future<Void> drain(Vertx vertx, Duration patience) {
    Duration over = settings.drain().compareTo(patience) < 0 ? settings.drain() : patience;
    Drain fresh = new Drain(all, over);
    drain = fresh;
    return fresh.start(vertx).onComplete(drained -> fanout.clear());
  }
}
