package io.aetherkeep.router.watch.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoded frames are what a client parses. */
class FrameEncoderTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 65_537, 131_072, 200_000})
  void text_isReadAsItWas(int length) {
    String text = "x".repeat(length);
    EmbeddedChannel client = new EmbeddedChannel(new WebSocket13FrameDecoder(false, false, 65_536));
    byte[] wire = FrameEncoder.text(text.getBytes(StandardCharsets.US_ASCII));
    assertTrue(client.writeInbound(Unpooled.wrappedBuffer(wire)));
    StringBuilder read = new StringBuilder();
    boolean first = true;
    boolean last = false;
    while (!last) {
      WebSocketFrame frame = client.readInbound();
      assertEquals(first, frame instanceof TextWebSocketFrame);
      read.append(frame.content().toString(StandardCharsets.US_ASCII));
      first = false;
      last = frame.isFinalFragment();
      frame.release();
    }
    assertTrue(text.contentEquals(read));
    assertFalse(client.finish());
  }
}
