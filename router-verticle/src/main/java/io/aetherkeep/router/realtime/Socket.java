package io.aetherkeep.router.realtime;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.router.codec.HttpPipeline;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** WebSocket of one client: its state, its watches, its timeouts. */
final class Socket {

  /** State in the socket's life. */
  enum State {
    NEW,
    GREETING,
    OPEN,
    CLOSING,
    CLOSED
  }

  /** How long the peer may take to answer a close. */
  private static final long CLOSING_MILLIS = 5_000;

  private final Sockets sockets;

  private final SocketWriter writer;
  private final SocketIdentity identity;
  private final long connection = ThreadLocalRandom.current().nextLong();

  private State state = State.NEW;

  /** Null until the first watch, to save memory: most sockets have none. */
  private @Nullable SocketWatches watches;

  /** Null until the first playback report. */
  private @Nullable UnsavedReport unsaved;

  private long since;
  private long heardAt;
  private boolean pinged;
  private boolean used;

  private Socket(Sockets sockets, SocketWriter writer, SocketIdentity identity) {
    this.sockets = sockets;
    this.writer = writer;
    this.identity = identity;
    this.since = sockets.now();
    this.heardAt = since;
  }

  /** Takes over a channel after its handshake. */
  static Socket begin(Sockets sockets, ChannelHandlerContext vertx, SocketIdentity identity) {
    ChannelPipeline pipeline = vertx.pipeline();
    Socket socket = new Socket(sockets, new SocketWriter(sockets, pipeline.channel()), identity);
    HttpPipeline.OF_REQUESTS.forEach(pipeline::remove);
    pipeline.replace(vertx.handler(), "socket", new SocketReader(sockets, socket));
    return socket;
  }

  SocketIdentity identity() {
    return identity;
  }

  String space() {
    return identity.space();
  }

  /** Describes the socket, with at most {@code mostTopics} topics. */
  SocketView view(int mostTopics) {
    return new SocketView(
        connection(),
        session(),
        identity.name(),
        state.name().toLowerCase(Locale.ROOT),
        watches == null ? List.of() : watches.topics(mostTopics),
        watches == null ? 0 : watches.size(),
        writer.queuedFrames() + (watches == null ? 0 : watches.waitingValues()),
        writer.queuedBytes() + (watches == null ? 0 : watches.waitingBytes()),
        writer.lastFrameBytes(),
        Math.max(0, (sockets.now() - heardAt) / 1000));
  }

  String connection() {
    return HexFormat.of().toHexDigits(connection);
  }

  State state() {
    return state;
  }

  void state(State next) {
    state = next;
  }

  @Nullable String session() {
    return identity.session();
  }

  SocketWriter writer() {
    return writer;
  }

  SocketWatches watches() {
    SocketWatches all = watches;
    if (all == null) {
      all = new SocketWatches();
      watches = all;
    }
    return all;
  }

  /** Resumes the watches that wait for room. */
  void resume() {
    if (watches != null) {
      watches.resume(writer);
    }
  }

  boolean isClosed() {
    return state == State.CLOSING || state == State.CLOSED;
  }

  /** Notes that the peer is alive. */
  void markAlive() {
    heardAt = sockets.now();
    pinged = false;
  }

  /** Notes that the session is used; a ping alone does not extend its lifetime. */
  void use(ClientFrame frame) {
    used |= !frame.op().equals("ping");
  }

  /** Returns whether the session was used since the last call. */
  boolean wasUsed() {
    boolean was = used;
    used = false;
    return was;
  }

  /** Counts a value that a newer one replaced before it was sent. */
  void countReplaced() {
    sockets.meters().replaced();
  }

  void push(SharedFrame frame) {
    if (!isClosed() && !writer.push(frame)) {
      close(CloseCode.SLOW_READER);
    }
  }

  void send(byte[] frame) {
    if (!isClosed() && !writer.send(frame)) {
      close(CloseCode.SLOW_READER);
    }
  }

  void close(CloseCode code) {
    close(code, code.reason());
  }

  void close(CloseCode code, String reason) {
    if (!isClosed()) {
      end(State.CLOSING, code.number(), state != State.NEW && !code.isEndOfSession());
      writer.close(code.number(), reason);
    }
  }

  /** Fails the connection (RFC 6455, 7.1.7), because nothing after a broken frame can be read. */
  void fail(CloseCode code) {
    if (isClosed()) {
      writer.cut();
    } else {
      end(State.CLOSING, code.number(), state != State.NEW);
      writer.closeAtOnce(new CloseWebSocketFrame(code.number(), code.reason()));
    }
  }

  /** Handles a close frame of the client. */
  void answerClose(CloseWebSocketFrame theirs) {
    if (isClosed()) {
      writer.cut();
    } else if (theirs.statusCode() >= 0 && !CloseCode.isSent(theirs.statusCode())) {
      fail(CloseCode.PROTOCOL_ERROR);
    } else {
      end(State.CLOSING, theirs.statusCode(), state != State.NEW);
      writer.closeAtOnce(theirs.retain());
    }
  }

  /** The channel has closed. */
  void closed() {
    boolean first = !isClosed();
    boolean joined = state != State.NEW;
    state = State.CLOSED;
    sockets.remove(this);
    if (first) {
      end(State.CLOSED, 1006, joined);
    }
  }

  private void end(State how, int code, boolean joined) {
    state = how;
    since = sockets.now();
    sockets.meters().closed(code);
    if (watches != null) {
      watches.leave();
      watches = null;
    }
    if (joined) {
      sockets.left(this);
    }
  }

  UnsavedReport unsaved() {
    UnsavedReport report = unsaved;
    if (report == null) {
      report = new UnsavedReport();
      unsaved = report;
    }
    return report;
  }

  /** Retries the report that Redis could not store. */
  void retryReport(Bus bus) {
    if (unsaved != null) {
      unsaved.retry(bus);
    }
  }

  /** Checks the timeouts, the credential and the heartbeat. */
  void tick() {
    long now = sockets.now();
    long silence = now - heardAt;
    long heartbeat = sockets.heartbeatMillis();
    CloseCode end = identity.ended(sockets.guard());
    if (state == State.CLOSING) {
      if (now - since > CLOSING_MILLIS) {
        writer.cut();
      }
    } else if (state != State.OPEN && now - since > sockets.settings().helloWithin().toMillis()) {
      close(CloseCode.HELLO_TIMEOUT);
    } else if (end != null) {
      close(end);
    } else if (silence > heartbeat + heartbeat / 2) {
      close(CloseCode.NO_HEARTBEAT);
    } else if (silence >= heartbeat && !pinged) {
      pinged = true;
      writer.ping();
    }
  }
}
