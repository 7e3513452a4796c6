package io.aetherkeep.router.realtime;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.PlaybackAsks.JoinSession;
import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.TicketAsks.RedeemTicket;
import io.aetherkeep.catalogue.TicketAsks.Redeemed;
import io.aetherkeep.router.access.cookie.SessionCookies;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.watch.WatchHub;
import io.aetherkeep.router.watch.topic.FrameError;
import io.aetherkeep.router.watch.topic.TopicName;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Handler of hello, the first frame of a socket: joins a session and resumes watches. */
final class SocketHello {

  private final Bus bus;
  private final WatchHub hub;
  private final Sockets sockets;

  SocketHello(Bus bus, WatchHub hub, Sockets sockets) {
    this.bus = bus;
    this.hub = hub;
    this.sockets = sockets;
  }

  void greet(Socket socket, ClientFrame frame) {
    Future<@Nullable String> session = session(socket, frame);
    socket.state(Socket.State.GREETING);
    session
        .compose(id -> join(socket, id))
        .onComplete(
            seq -> welcome(socket, frame, seq),
            thrown -> refuse(socket, frame, Failure.from(thrown)));
  }

  /** Returns the session: the redeemed ticket's, null for an observer, or else the frame's. */
  private Future<@Nullable String> session(Socket socket, ClientFrame frame) {
    SocketIdentity identity = socket.identity();
    String known = identity.session();
    if (!identity.isByTicket()) {
      String said = said(socket, frame);
      if (known != null && !known.equals(said)) {
        throw Failure.of(Code.WRONG_ORDER, "The socket belongs to another session");
      }
      identity.require(Need.READ_SESSION, said);
      return Future.succeededFuture(said);
    }
    String ticket = identity.ticket();
    if (ticket == null) {
      return Future.succeededFuture(known);
    }
    return bus.ask(new RedeemTicket(identity.space(), ticket))
        .onSuccess(identity::redeemed)
        .map(Redeemed::session);
  }

  /** Returns the session that a hello names; a socket with a cookie need not name its own. */
  private static String said(Socket socket, ClientFrame frame) {
    String own = socket.identity().ofCookie();
    String said = own != null && frame.session() == null ? own : frame.session();
    return own != null && SessionCookies.SELF.equals(said) ? own : frame.required("session", said);
  }

  /** Registers the socket before it checks that the session is alive, so that it misses no end. */
  private Future<@Nullable Long> join(Socket socket, @Nullable String session) {
    if (socket.state() != Socket.State.GREETING) {
      // It was closed while its ticket was redeemed: nothing would remove it from the registry.
      return Future.failedFuture(Failure.of(Code.WRONG_ORDER, "The socket was closed"));
    }
    if (session == null) {
      return Future.succeededFuture(null);
    }
    socket.identity().session(session);
    sockets.belongs(socket, session);
    return bus.ask(new JoinSession(socket.space(), session, socket.connection()))
        .map(Playback::seq);
  }

  private void welcome(Socket socket, ClientFrame frame, @Nullable Long seq) {
    if (socket.state() != Socket.State.GREETING) {
      // The socket was closed meanwhile, perhaps before it had joined.
      sockets.left(socket);
      return;
    }
    Map<String, Boolean> recovered = new TreeMap<>();
    Map<String, FrameError> failed = new TreeMap<>();
    List<SocketWatch> begun = new ArrayList<>();
    List<Future<Void>> all = new ArrayList<>();
    if (frame.resume() != null) {
      String epoch = frame.resume().epoch();
      frame
          .resume()
          .offsets()
          .forEach(
              (topic, offset) -> {
                boolean known = ServerFrame.EPOCH.equals(epoch) || topic.startsWith("stream/");
                String after = known ? offset : null;
                all.add(resume(socket, topic, after, begun, recovered, failed));
              });
    }
    Future.join(all).onComplete(done -> open(socket, frame, seq, begun, recovered, failed));
  }

  private Future<Void> resume(
      Socket socket,
      String topic,
      @Nullable String after,
      List<SocketWatch> begun,
      Map<String, Boolean> recovered,
      Map<String, FrameError> failed) {
    SocketWatch watch;
    Future<Boolean> complete;
    try {
      TopicName name = sockets.topic(socket, topic);
      socket.identity().require(name.kind().need(), name.session(socket.session()));
      watch = new SocketWatch(socket, name);
      socket.watches().add(name.text(), watch, sockets.settings().topics());
      complete = watch.begin(hub, name.offset(after));
    } catch (Failure failure) {
      recovered.put(topic, false);
      failed.put(topic, FrameError.of(failure));
      return Future.succeededFuture();
    }
    return complete.transform(
        answer -> {
          recovered.put(topic, answer.succeeded() && answer.result());
          if (answer.succeeded()) {
            begun.add(watch);
          } else {
            failed.put(topic, FrameError.of(Failure.from(answer.cause())));
          }
          return Future.succeededFuture();
        });
  }

  private void open(
      Socket socket,
      ClientFrame frame,
      @Nullable Long seq,
      List<SocketWatch> begun,
      Map<String, Boolean> recovered,
      Map<String, FrameError> failed) {
    if (socket.state() != Socket.State.GREETING) {
      return;
    }
    socket.state(Socket.State.OPEN);
    socket.send(
        ServerFrame.ok(
            frame.id(),
            new ServerFrame.Welcome(
                socket.connection(),
                ServerFrame.seconds(sockets.heartbeatMillis()),
                ServerFrame.EPOCH,
                seq,
                recovered,
                failed)));
    begun.forEach(SocketWatch::release);
  }

  /** Answers a failure. The socket stays open if a retry may succeed. */
  private void refuse(Socket socket, ClientFrame frame, Failure reason) {
    socket.send(ServerFrame.error(frame.id(), reason));
    if (reason.kind().retry()) {
      if (socket.state() == Socket.State.GREETING) {
        socket.state(Socket.State.NEW);
      }
    } else if (reason.code() == Code.SESSION_UNKNOWN || reason.code() == Code.TICKET_UNKNOWN) {
      socket.close(CloseCode.SESSION_UNKNOWN);
    } else {
      socket.close(CloseCode.REFUSED);
    }
  }
}
