package io.aetherkeep.router.realtime;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FanoutBufferTest {

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  private final FanoutBuffer fanout = new FanoutBuffer();

  private long direct() {
    return allocator.metric().usedDirectMemory();
  }

  private ByteBuf send(byte[] frame) {
    return fanout.of(frame, allocator);
  }

  @Test
  void manyReceivers_shareOneDirectBuffer() {
    byte[] frame = "hello".getBytes(US_ASCII);
    List<ByteBuf> sent = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      sent.add(send(frame));
    }
    assertFalse(sent.get(0).isDirect());
    assertTrue(sent.subList(1, 100).stream().allMatch(ByteBuf::isDirect));
    assertEquals(frame.length, direct());
    for (ByteBuf one : sent) {
      assertEquals("hello", one.readString(5, US_ASCII));
      one.release();
    }
    fanout.clear();
    assertEquals(0, direct());
  }

  @Test
  void aFrameForOneReceiver_isNotCopied() {
    for (String text : List.of("a", "b", "c")) {
      ByteBuf one = send(text.getBytes(US_ASCII));
      assertEquals(text, one.toString(US_ASCII));
      one.release();
    }
    assertEquals(0, direct());
  }

  @Test
  void aSlowReceiver_keepsItsFrame_whileOthersGetTheNext() {
    byte[] first = "first".getBytes(US_ASCII);
    byte[] second = "second".getBytes(US_ASCII);
    send(first).release();
    ByteBuf slow = send(first);
    send(second).release();
    ByteBuf next = send(second);
    assertEquals("first", slow.toString(US_ASCII));
    assertEquals("second", next.toString(US_ASCII));
    slow.release();
    assertEquals(second.length, direct());
    next.release();
    fanout.clear();
    assertEquals(0, direct());
  }
}
