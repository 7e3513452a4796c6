package io.aetherkeep.router;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What is wrong with what a client sent. */
final class ClientText {

  private ClientText() {}

  static boolean isUtf8(Buffer text) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text.getBytes()));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  static boolean isTooLong(Throwable thrown) {
    return thrown instanceof TooLongFrameException
        || (thrown instanceof CorruptedWebSocketFrameException corrupted
            && corrupted.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG));
  }
}
