package io.aetherkeep.router.realtime;

import io.aetherkeep.router.watch.FrameEncoder;
import io.aetherkeep.router.watch.SharedFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/** What goes out to one client, bounded: once its channel is full, frames wait here. */
final class SocketWriter {

  private final Sockets sockets;
  private final Channel channel;
  private @Nullable Outbox outbox;

  /** While what came is read: what is answered to it goes out at once, together. */
  private boolean gathering;

  SocketWriter(Sockets sockets, Channel channel) {
    this.sockets = sockets;
    this.channel = channel;
  }

  /**
   * Sends a topic's value.
   *
   * @return whether no more waits than may
   */
  boolean push(SharedFrame frame) {
    if (!frame.isLatest() || !mustWait()) {
      return send(frame.frame());
    }
    if (waiting().addLatest(frame.topic(), frame.frame())) {
      sockets.meters().replaced();
    }
    return isBounded();
  }

  /**
   * Sends what {@link FrameEncoder} has written.
   *
   * @return whether no more waits than may
   */
  boolean send(byte[] frame) {
    if (mustWait()) {
      waiting().add(frame);
      return isBounded();
    }
    write(frame);
    return true;
  }

  /** Whether what is sent now goes out at once. */
  boolean hasRoom() {
    return !mustWait();
  }

  private boolean mustWait() {
    return outbox != null || !channel.isWritable();
  }

  private Outbox waiting() {
    Outbox present = outbox;
    if (present == null) {
      present = new Outbox();
      outbox = present;
    }
    return present;
  }

  private boolean isBounded() {
    return outbox == null || !outbox.exceeds(sockets.settings().queueLimit());
  }

  private void write(byte[] frame) {
    if (channel.isActive()) {
      sockets.meters().sent();
      write(Unpooled.wrappedBuffer(frame));
    }
  }

  private void write(Object message) {
    if (gathering) {
      var unused = channel.write(message, channel.voidPromise());
    } else {
      var unused = channel.writeAndFlush(message, channel.voidPromise());
    }
  }

  void ping() {
    write(new PingWebSocketFrame());
  }

  void pong(ByteBuf same) {
    write(new PongWebSocketFrame(same));
  }

  /** Says goodbye; nothing follows, not even what waited. */
  void close(int code, String reason) {
    outbox = null;
    if (channel.isActive()) {
      var unused = channel.writeAndFlush(new CloseWebSocketFrame(code, reason));
    }
  }

  /** Says goodbye to a peer that said it first, or that cannot be understood any more. */
  void closeAtOnce(CloseWebSocketFrame frame) {
    outbox = null;
    var unused = channel.writeAndFlush(frame).addListener(sent -> endOutput());
  }

  /**
   * Ends this direction; the peer ends the other. If both were closed here, bytes that are still
   * coming in would be answered with a reset, which can overtake the goodbye.
   */
  private void endOutput() {
    if (channel instanceof DuplexChannel plain
        && channel.pipeline().get(SslHandler.class) == null) {
      var unused = plain.shutdownOutput();
    } else {
      cut();
    }
  }

  /** Lets go without a word, but not before what was said is on its way. */
  void cut() {
    channel.flush();
    var unused = channel.close();
  }

  void gather() {
    gathering = true;
  }

  void gathered() {
    gathering = false;
    channel.flush();
  }

  /** Sends what waited, as far as the channel takes it; whether it takes more. */
  boolean drain() {
    Outbox present = outbox;
    while (present != null && channel.isWritable()) {
      byte[] frame = present.poll();
      if (frame == null) {
        outbox = null;
        return true;
      }
      write(frame);
    }
    return present == null && channel.isWritable();
  }
}
