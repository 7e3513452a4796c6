package io.aetherkeep.router.realtime;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.document.Document;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.impl.ShutdownEvent;
import org.jspecify.annotations.Nullable;

/**
 * Inbound handler of a socket: assembles messages from frames. It replaces Vert.x's connection
 * objects, which take too much memory for an idle socket.
 */
final class SocketReader extends ChannelInboundHandlerAdapter {

  private static final int LONGEST_MESSAGE = 64 << 10;
  private static final int MOST_FAULTS = 20;

  /** A longer message above the limit per second is not parsed. */
  private static final int LONGEST_REFUSED = 4 << 10;

  private final Sockets sockets;
  private final Socket socket;
  private @Nullable Buffer fragments;

  /** Whether to skip the other fragments of a refused message. */
  private boolean discarding;

  private int faults;
  private int inThisSecond;
  private long second;

  SocketReader(Sockets sockets, Socket socket) {
    this.sockets = sockets;
    this.socket = socket;
  }

  @Override
  public void channelRead(ChannelHandlerContext channel, Object message) {
    try {
      if (message instanceof WebSocketFrame frame) {
        socket.writer().gather();
        sockets.dispatch(() -> receive(frame));
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext channel) {
    socket.writer().endBatch();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext channel) {
    if (socket.writer().drain()) {
      sockets.dispatch(socket::resume);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext channel) {
    sockets.dispatch(socket::closed);
  }

  /** The decoder reads nothing after a frame that is malformed or too long. */
  @Override
  public void exceptionCaught(ChannelHandlerContext channel, Throwable thrown) {
    if (thrown instanceof CorruptedWebSocketFrameException broken) {
      sockets.dispatch(() -> fail(CloseCode.of(broken)));
    } else {
      socket.writer().cut();
    }
  }

  private void fail(CloseCode code) {
    if (code == CloseCode.TOO_LARGE) {
      socket.send(ServerFrame.error(null, tooLong()));
    }
    socket.fail(code);
  }

  /** The server closes: cuts a socket that did not answer its close frame. */
  @Override
  public void userEventTriggered(ChannelHandlerContext channel, Object event) {
    if (event instanceof ShutdownEvent) {
      socket.writer().cut();
    }
  }

  private void receive(WebSocketFrame frame) {
    socket.markAlive();
    if (frame instanceof CloseWebSocketFrame close) {
      socket.answerClose(close);
    } else if (socket.isClosed()) {
      return;
    } else if (!allowed(frame)) {
      discard(frame);
    } else {
      sockets.meters().received();
      if (frame instanceof BinaryWebSocketFrame) {
        refuse(
            CloseCode.BINARY, Failure.of(Code.UNSUPPORTED_MEDIA_TYPE, "Send JSON in text frames"));
      } else if (frame instanceof PingWebSocketFrame) {
        socket.writer().pong(frame.content().retain());
      } else if (!(frame instanceof PongWebSocketFrame)) {
        gather(frame);
      }
    }
  }

  /**
   * Counts a frame against the limit per second: a frame above it is refused under its id, so that
   * its client may repeat it, and twice the limit closes the socket. An unwatch is taken up to
   * then: clients send it without an id, and would go on to receive the topic.
   */
  private boolean allowed(WebSocketFrame frame) {
    long now = sockets.now() / 1000;
    inThisSecond = now == second ? inThisSecond + 1 : 1;
    second = now;
    int most = sockets.settings().framesPerSecond();
    if (inThisSecond <= most) {
      return true;
    }
    Failure tooMany =
        Failure.of(Code.RATE_LIMITED, "A socket may send " + most + " frames a second");
    Buffer text = shortText(frame);
    boolean ends = inThisSecond > 2 * most;
    if (!ends && text != null && ClientFrame.isUnwatch(text)) {
      return true;
    }
    socket.send(ServerFrame.error(text == null ? null : ClientFrame.idOf(text), tooMany));
    if (ends) {
      socket.close(CloseCode.RATE_LIMITED);
    }
    return false;
  }

  /** Returns a short message that is one frame, or null. */
  private static @Nullable Buffer shortText(WebSocketFrame frame) {
    boolean whole = frame instanceof TextWebSocketFrame && frame.isFinalFragment();
    return whole && frame.content().readableBytes() <= LONGEST_REFUSED
        ? Buffer.buffer(ByteBufUtil.getBytes(frame.content()))
        : null;
  }

  /** Drops the whole message of a refused fragment, so that the next message begins cleanly. */
  private void discard(WebSocketFrame frame) {
    if (frame instanceof TextWebSocketFrame || frame instanceof ContinuationWebSocketFrame) {
      fragments = null;
      discarding = !frame.isFinalFragment();
    }
  }

  private void gather(WebSocketFrame frame) {
    if (discarding) {
      discarding = !frame.isFinalFragment();
      return;
    }
    Buffer part = Buffer.buffer(ByteBufUtil.getBytes(frame.content()));
    Buffer whole = fragments == null ? part : fragments.appendBuffer(part);
    if (whole.length() > LONGEST_MESSAGE) {
      refuse(CloseCode.TOO_LARGE, tooLong());
    } else if (frame.isFinalFragment()) {
      fragments = null;
      take(whole);
    } else {
      fragments = whole;
    }
  }

  private static Failure tooLong() {
    return Failure.of(Code.TOO_LARGE, "The message exceeds the limit of 64 KiB");
  }

  private void take(Buffer text) {
    if (!ClientText.isUtf8(text)) {
      refuse(CloseCode.NOT_UTF_8, Failure.of(Code.INVALID_BODY, "The message is not UTF-8"));
      return;
    }
    ClientFrame frame;
    try {
      frame = ClientFrame.read(text);
    } catch (Failure unreadable) {
      fault(ClientFrame.idOf(text), unreadable);
      return;
    }
    socket.use(frame);
    try {
      SocketOps.requireOrder(socket, frame);
    } catch (Failure disordered) {
      fault(frame.id(), disordered);
      return;
    }
    run(frame);
  }

  /** Runs an operation. Its refusal, as of a topic too many, is no fault of the protocol. */
  private void run(ClientFrame frame) {
    try {
      sockets.ops().take(socket, frame);
    } catch (Failure refused) {
      if (refused.code() == Code.INVALID_BODY) {
        fault(frame.id(), refused);
      } else {
        socket.send(ServerFrame.error(frame.id(), refused));
      }
    }
  }

  /** Answers a frame that is unreadable or out of order, too many of which close the socket. */
  private void fault(@Nullable Document id, Failure invalid) {
    socket.send(ServerFrame.error(id, invalid));
    faults++;
    if (faults >= MOST_FAULTS) {
      socket.close(CloseCode.PROTOCOL);
    }
  }

  private void refuse(CloseCode code, Failure reason) {
    socket.send(ServerFrame.error(null, reason));
    socket.close(code);
  }
}
