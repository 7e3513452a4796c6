package io.aetherkeep.router.realtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Direct buffer of the frame that an event loop sends to many sockets: a channel would otherwise
 * copy the array into one of its own for each of them.
 */
final class FanoutBuffer {

  private byte @Nullable [] latest;
  private @Nullable ByteBuf direct;

  /** Returns a buffer of a frame, which the caller's channel releases. */
  ByteBuf of(byte[] frame, ByteBufAllocator allocator) {
    if (frame != latest) {
      clear();
      latest = frame;
      return Unpooled.wrappedBuffer(frame);
    }
    ByteBuf present = direct;
    if (present == null) {
      present = allocator.directBuffer(frame.length).writeBytes(frame);
      direct = present;
    }
    return present.retainedDuplicate();
  }

  /** Releases the buffer; sockets that still send it keep it for themselves. */
  void clear() {
    latest = null;
    if (direct != null) {
      direct.release();
      direct = null;
    }
  }
}
