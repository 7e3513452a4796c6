package io.aetherkeep.router.realtime;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** UTF-8 validation of client messages. */
public final class ClientText {

  private ClientText() {}

  public static boolean isUtf8(Buffer text) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text.getBytes()));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
