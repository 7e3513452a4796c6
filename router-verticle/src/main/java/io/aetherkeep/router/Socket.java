package io.aetherkeep.router;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.keyspace.Document;
import io.aetherkeep.router.access.Caller;
import io.aetherkeep.router.access.Guard;
import io.aetherkeep.router.access.Need;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** One client's socket: what comes in is made frames of, and what goes out is bounded. */
final class Socket {

  /** Where it is on its way. */
  enum State {
    NEW,
    GREETING,
    OPEN,
    CLOSING,
    CLOSED
  }

  private static final int LONGEST_MESSAGE = 64 << 10;
  private static final int MOST_FAULTS = 20;

  /** How long the other side may take to close too. */
  private static final long CLOSING_MILLIS = 5_000;

  private final Sockets sockets;
  private final ServerWebSocket peer;
  private final String space;
  private final @Nullable String ticket;
  private Caller caller;
  private final String connection =
      HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());

  private State state = State.NEW;
  private @Nullable String session;
  private @Nullable Map<String, SocketWatch> watches;
  private @Nullable Outbox outbox;
  private @Nullable Buffer fragments;
  private @Nullable ReportPlayback owed;
  private long since;
  private long heardAt;
  private boolean pinged;
  private boolean used;
  private int faults;
  private int inThisSecond;
  private long second;

  Socket(
      Sockets sockets, ServerWebSocket peer, String space, Caller caller, @Nullable String ticket) {
    this.caller = caller;
    this.sockets = sockets;
    this.peer = peer;
    this.space = space;
    this.ticket = ticket;
    this.since = sockets.now();
    this.heardAt = since;
  }

  private ChannelHandlerContext channel() {
    return ((WebSocketInternal) peer).channelHandlerContext();
  }

  /** The sweep sees who is silent: what does so for requests is memory and a timer a socket. */
  void begin() {
    if (channel().pipeline().get("idle") != null) {
      channel().pipeline().remove("idle");
    }
    peer.frameHandler(this::receive);
    peer.exceptionHandler(this::broken);
    peer.closeHandler(closed -> closed());
  }

  String space() {
    return space;
  }

  @Nullable String ticket() {
    return ticket;
  }

  /** Goes on where whoever opened it may do what needs this. */
  void require(Need need, @Nullable String of) {
    Guard.require(caller, need, space, of);
  }

  /** A ticket was redeemed: for a session, or for an observer, who has none. */
  void isUserOf(@Nullable String id) {
    caller = id == null ? caller.ifObserver() : caller.ifUserOf(id);
  }

  String connection() {
    return connection;
  }

  State state() {
    return state;
  }

  void state(State next) {
    state = next;
  }

  @Nullable String session() {
    return session;
  }

  void session(String id) {
    session = id;
  }

  /** What it watches, by the topic's name. */
  Map<String, SocketWatch> watches() {
    Map<String, SocketWatch> all = watches;
    if (all == null) {
      all = new LinkedHashMap<>(4);
      watches = all;
    }
    return all;
  }

  private boolean isOver() {
    return state == State.CLOSING || state == State.CLOSED;
  }

  private void receive(WebSocketFrame frame) {
    heardAt = sockets.now();
    pinged = false;
    if (isOver() || frame.isClose() || !allowed()) {
      return;
    }
    sockets.meters().received();
    if (frame.isBinary()) {
      refuse(CloseCode.BINARY, Code.UNSUPPORTED_MEDIA_TYPE, "Send JSON in text frames");
    } else if (frame.isText() || frame.isContinuation()) {
      gather(frame);
    }
  }

  /** Counts frames; those beyond a second's share are refused, and twice as many are too much. */
  private boolean allowed() {
    long now = sockets.now() / 1000;
    inThisSecond = now == second ? inThisSecond + 1 : 1;
    second = now;
    int most = sockets.settings().framesPerSecond();
    if (inThisSecond <= most) {
      return true;
    }
    Failure tooMany =
        Failure.of(Code.RATE_LIMITED, "A socket may send " + most + " frames a second");
    if (inThisSecond > 2 * most) {
      refuse(CloseCode.RATE_LIMITED, tooMany.code(), tooMany.detail());
    } else {
      send(ServerFrame.error(null, tooMany));
    }
    return false;
  }

  private void gather(WebSocketFrame frame) {
    Buffer whole = fragments;
    if (whole == null) {
      whole =
          frame.isFinal() ? frame.binaryData() : Buffer.buffer().appendBuffer(frame.binaryData());
    } else {
      whole.appendBuffer(frame.binaryData());
    }
    if (whole.length() > LONGEST_MESSAGE) {
      tooLarge();
    } else if (frame.isFinal()) {
      fragments = null;
      take(whole);
    } else {
      fragments = whole;
    }
  }

  private void tooLarge() {
    refuse(CloseCode.TOO_LARGE, Code.TOO_LARGE, "A message has at most 64 KiB");
  }

  private void take(Buffer text) {
    ClientFrame frame;
    try {
      frame = ClientFrame.read(text);
    } catch (Failure unreadable) {
      if (ClientText.isUtf8(text)) {
        fault(ClientFrame.idOf(text), unreadable);
      } else {
        refuse(CloseCode.NOT_UTF_8, Code.INVALID_BODY, "The frame is not UTF-8");
      }
      return;
    }
    used |= !frame.op().equals("ping");
    sockets.ops().take(this, frame);
  }

  /** Answers what was not understood; whoever goes on with it is let go. */
  void fault(@Nullable Document id, Failure failure) {
    send(ServerFrame.error(id, failure));
    faults++;
    if (faults >= MOST_FAULTS) {
      close(CloseCode.PROTOCOL);
    }
  }

  private void refuse(CloseCode code, Code why, String detail) {
    send(ServerFrame.error(null, Failure.of(why, detail)));
    close(code);
  }

  /** A frame that is longer than may be ends the reading before it is there whole. */
  private void broken(Throwable thrown) {
    if (ClientText.isTooLong(thrown)) {
      tooLarge();
    }
  }

  void push(Push push) {
    if (push.isLatest() && mustWait()) {
      if (waiting().addLatest(push.topic(), push.frame())) {
        sockets.meters().replaced();
      }
      bound();
    } else {
      send(push.frame());
    }
  }

  void send(String frame) {
    if (isOver()) {
      return;
    }
    if (mustWait()) {
      waiting().add(frame);
      bound();
    } else {
      write(frame);
    }
  }

  private boolean mustWait() {
    return !isOver() && (outbox != null || peer.isClosed() || peer.writeQueueFull());
  }

  private void write(String frame) {
    if (!peer.isClosed()) {
      sockets.meters().sent();
      peer.writeTextMessage(frame);
    }
  }

  private Outbox waiting() {
    Outbox present = outbox;
    if (present == null) {
      present = new Outbox();
      outbox = present;
      peer.drainHandler(room -> drain());
    }
    return present;
  }

  private void bound() {
    if (outbox != null && outbox.exceeds(sockets.settings().queueLimit())) {
      outbox = null;
      close(CloseCode.SLOW_READER);
    }
  }

  private void drain() {
    Outbox present = outbox;
    while (present != null && !isOver() && !peer.isClosed() && !peer.writeQueueFull()) {
      String frame = present.poll();
      if (frame == null) {
        outbox = null;
        return;
      }
      write(frame);
    }
  }

  void close(CloseCode code) {
    close(code, code.reason());
  }

  void close(CloseCode code, String reason) {
    if (isOver()) {
      return;
    }
    boolean joined = state != State.NEW && !code.isEndOfSession();
    state = State.CLOSING;
    since = sockets.now();
    outbox = null;
    sockets.meters().closed(code.number());
    if (!peer.isClosed()) {
      peer.close(code.number(), reason);
    }
    leave(joined);
  }

  private void closed() {
    boolean joined = state != State.NEW;
    boolean first = !isOver();
    state = State.CLOSED;
    sockets.remove(this);
    if (first) {
      Short code = peer.closeStatusCode();
      sockets.meters().closed(code == null ? 1006 : code);
      leave(joined);
    }
  }

  private void leave(boolean joined) {
    if (watches != null) {
      watches.values().forEach(SocketWatch::leave);
      watches = null;
    }
    if (joined) {
      sockets.left(this);
    }
  }

  /** A report that Redis could not take is kept, the newest only. */
  void owe(@Nullable ReportPlayback report) {
    owed = report;
  }

  @Nullable ReportPlayback owed() {
    return owed;
  }

  /** Whether it was used since this was last asked. */
  boolean wasUsed() {
    boolean was = used;
    used = false;
    return was;
  }

  /** Looks whether it is time for something. */
  void tick() {
    long now = sockets.now();
    RealtimeSettings settings = sockets.settings();
    long silence = now - heardAt;
    long heartbeat = sockets.heartbeatMillis();
    if (state == State.CLOSING) {
      if (now - since > CLOSING_MILLIS) {
        var unused = channel().close();
      }
    } else if (state != State.OPEN && now - since > settings.helloWithin().toMillis()) {
      close(CloseCode.HELLO_TIMEOUT);
    } else if (caller.isExpired()) {
      close(CloseCode.CREDENTIAL_EXPIRED);
    } else if (silence > heartbeat + heartbeat / 2) {
      close(CloseCode.NO_HEARTBEAT);
    } else if (silence >= heartbeat && !pinged && !peer.isClosed()) {
      pinged = true;
      peer.writePing(Buffer.buffer());
    }
  }
}
