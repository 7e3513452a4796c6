package io.aetherkeep.router.realtime;

import io.aetherkeep.router.watch.topic.FrameEncoder;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/** Outbound side of a socket, bounded: frames wait here while the channel is full. */
final class SocketWriter {

  private final Sockets sockets;
  private final Channel channel;
  private @Nullable Outbox outbox;
  private int lastFrameBytes;

  /** Whether input is being read: the answers to it are then flushed together. */
  private boolean gathering;

  SocketWriter(Sockets sockets, Channel channel) {
    this.sockets = sockets;
    this.channel = channel;
  }

  /**
   * Sends a topic's value.
   *
   * @return whether the queue is within its limit
   */
  boolean push(SharedFrame frame) {
    return send(frame.frame(), true);
  }

  /**
   * Sends a frame that {@link FrameEncoder} has encoded.
   *
   * @return whether the queue is within its limit
   */
  boolean send(byte[] frame) {
    return send(frame, false);
  }

  private boolean send(byte[] frame, boolean shared) {
    lastFrameBytes = frame.length;
    if (mustWait()) {
      waiting().add(frame);
      return isBounded();
    }
    write(frame, shared);
    return true;
  }

  int queuedFrames() {
    return outbox == null ? 0 : outbox.count();
  }

  int queuedBytes() {
    return outbox == null ? 0 : outbox.bytes();
  }

  int lastFrameBytes() {
    return lastFrameBytes;
  }

  /** Whether a frame would be sent at once. */
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

  private void write(byte[] frame, boolean shared) {
    if (channel.isActive()) {
      sockets.meters().sent();
      write(shared ? sockets.fanout().of(frame, channel.alloc()) : Unpooled.wrappedBuffer(frame));
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

  /**
   * Answers a ping. A client that does not read gets no answers while the channel is full, so that
   * they do not pile up in memory; RFC 6455 needs an answer to the latest ping only.
   */
  void pong(ByteBuf same) {
    if (channel.isWritable()) {
      write(new PongWebSocketFrame(same));
    } else {
      same.release();
    }
  }

  /** Sends a close frame and drops the queue. */
  void close(int code, String reason) {
    outbox = null;
    if (channel.isActive()) {
      var unused = channel.writeAndFlush(new CloseWebSocketFrame(code, reason));
    }
  }

  /** Sends a close frame to a peer that closed first or broke the protocol, and ends the output. */
  void closeAtOnce(CloseWebSocketFrame frame) {
    outbox = null;
    var unused = channel.writeAndFlush(frame).addListener(sent -> endOutput());
  }

  /**
   * Closes the output; the peer closes the other direction. If both were closed here, bytes still
   * arriving would be answered with a TCP reset, which can overtake the close frame.
   */
  private void endOutput() {
    if (channel instanceof DuplexChannel plain
        && channel.pipeline().get(SslHandler.class) == null) {
      var unused = plain.shutdownOutput();
    } else {
      cut();
    }
  }

  /** Closes the channel without a close frame, after a flush. */
  void cut() {
    channel.flush();
    var unused = channel.close();
  }

  void gather() {
    gathering = true;
  }

  void endBatch() {
    gathering = false;
    channel.flush();
  }

  /** Sends queued frames while the channel is writable; returns whether there is room for more. */
  boolean drain() {
    Outbox present = outbox;
    while (present != null && channel.isWritable()) {
      byte[] frame = present.poll();
      if (frame == null) {
        outbox = null;
        return true;
      }
      write(frame, false);
    }
    return present == null && channel.isWritable();
  }
}
