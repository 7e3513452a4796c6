package io.aetherkeep.router.realtime;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.StreamAsks.StopStream;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.watch.WatchHub;
import io.aetherkeep.router.watch.topic.TopicName;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Operations of a socket: one for each {@code op} that a client may send. */
public final class SocketOps {

  /** Names of all operations, for the documentation. */
  public static final List<String> NAMES =
      List.of("hello", "play", "pause", "seek", "stop", "progress", "watch", "unwatch", "ping");

  private final Bus bus;
  private final WatchHub hub;
  private final SocketHello hello;
  private final Sockets sockets;

  SocketOps(Bus bus, WatchHub hub, Sockets sockets) {
    this.bus = bus;
    this.hub = hub;
    this.hello = new SocketHello(bus, hub, sockets);
    this.sockets = sockets;
  }

  /**
   * Runs an operation that {@link #requireOrder} admits, or throws a {@link Failure} that says why
   * not.
   */
  void take(Socket socket, ClientFrame frame) {
    switch (frame.op()) {
      case "hello" -> hello.greet(socket, frame);
      case "play" -> {
        frame.required("podcast", frame.podcast());
        report(socket, frame, State.PLAYING);
      }
      case "pause" -> report(socket, frame, State.PAUSED);
      case "stop" -> stop(socket, frame);
      case "seek", "progress" -> position(socket, frame);
      case "watch" -> watch(socket, frame);
      case "unwatch" -> unwatch(socket, frame);
      default -> pong(socket, frame);
    }
  }

  /** Requires an operation that exists, and hello before all others. */
  static void requireOrder(Socket socket, ClientFrame frame) {
    if (!NAMES.contains(frame.op())) {
      throw Failure.of(Code.OP_UNKNOWN, "'op' must be one of " + String.join(", ", NAMES));
    }
    boolean greeted = socket.state() == Socket.State.OPEN;
    if (frame.op().equals("hello") == greeted && !frame.op().equals("ping")) {
      throw Failure.of(
          Code.WRONG_ORDER,
          greeted ? "A hello was sent already" : "The first message must be a hello");
    }
    if (socket.state() == Socket.State.GREETING && !frame.op().equals("ping")) {
      throw Failure.of(Code.WRONG_ORDER, "Wait for the answer to hello");
    }
  }

  /** Stops playback, or the producer of a stream. */
  private void stop(Socket socket, ClientFrame frame) {
    if (frame.topic() == null) {
      report(socket, frame, State.STOPPED);
      return;
    }
    TopicName name = TopicName.of(socket.space(), socket.session(), frame.topic());
    if (!name.isStream()) {
      throw Failure.of(Code.TOPIC_UNKNOWN, "Only topics of streams can be stopped");
    }
    socket.identity().require(Need.STOP, socket.session());
    String reason = Objects.requireNonNullElse(frame.reason(), "stopped");
    bus.ask(new StopStream(socket.space(), name.keys().get(0), reason, socket.identity().endUser()))
        .onComplete(
            stopped -> answer(socket, frame, stopped),
            thrown -> socket.send(ServerFrame.error(frame.id(), Failure.from(thrown))));
  }

  private void position(Socket socket, ClientFrame frame) {
    if (frame.positionMs() == null) {
      throw Failure.of(Code.INVALID_BODY, "'positionMs' is missing");
    }
    report(socket, frame, null);
  }

  private void report(Socket socket, ClientFrame frame, @Nullable State state) {
    SocketIdentity identity = socket.identity();
    identity.require(Need.WRITE_SESSION, session(socket));
    ReportPlayback report =
        new ReportPlayback(
            socket.space(),
            session(socket),
            state,
            frame.podcast(),
            frame.positionMs(),
            frame.rate(),
            frame.seq(),
            socket.connection(),
            frame.here());
    socket
        .unsaved()
        .send(bus, report)
        .onComplete(
            reported ->
                answer(
                    socket,
                    frame,
                    ServerFrame.Played.of(identity.shown(reported), identity.reads())),
            thrown -> refused(socket, frame, Failure.from(thrown)));
  }

  /** Answers a failure; a report that is kept for a retry and has no id needs no answer. */
  private static void refused(Socket socket, ClientFrame frame, Failure why) {
    if (frame.id() != null || why.kind() != Kind.UNAVAILABLE) {
      socket.send(ServerFrame.error(frame.id(), why));
    }
  }

  private void watch(Socket socket, ClientFrame frame) {
    TopicName name = sockets.topic(socket, frame.required("topic", frame.topic()));
    socket.identity().require(name.kind().need(), name.session(socket.session()));
    if (socket.watches().has(name.text())) {
      throw Failure.of(Code.WRONG_ORDER, "This topic is watched already");
    }
    SocketWatch watch = new SocketWatch(socket, name);
    socket.watches().add(name.text(), watch, sockets.settings().topics());
    watch
        .begin(hub, name.offset(frame.offset()))
        .onComplete(
            begun -> {
              answer(socket, frame, new ServerFrame.Watched(name.text()));
              watch.release();
            },
            thrown -> socket.send(ServerFrame.error(frame.id(), Failure.from(thrown))));
  }

  private static void unwatch(Socket socket, ClientFrame frame) {
    String text = frame.required("topic", frame.topic());
    SocketWatch watch = socket.watches().remove(text);
    if (watch == null) {
      throw Failure.of(Code.TOPIC_UNKNOWN, "This topic is not watched on this socket");
    }
    watch.leave();
    answer(socket, frame, new ServerFrame.Watched(text));
  }

  private static void pong(Socket socket, ClientFrame frame) {
    socket.send(frame.id() == null ? ServerFrame.PONG : ServerFrame.ok(frame.id(), "pong"));
  }

  private static String session(Socket socket) {
    String session = socket.session();
    if (session == null) {
      throw Failure.of(Code.WRONG_ORDER, "An observer's socket has no session and plays nothing");
    }
    return session;
  }

  private static void answer(Socket socket, ClientFrame frame, Object answer) {
    if (frame.id() != null) {
      socket.send(ServerFrame.ok(frame.id(), answer));
    }
  }
}
