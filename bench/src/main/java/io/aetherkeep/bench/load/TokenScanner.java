package io.aetherkeep.bench.load;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Scanner of a socket's input for the fixed-length text after each mark, also across two reads. */
public final class TokenScanner implements Handler<Buffer> {

  private final byte[] mark;
  private final int length;
  private final Consumer<String> found;
  private Buffer rest = Buffer.buffer();

  /**
   * Creates the scanner of one socket.
   *
   * @param length the length of the text after a mark
   */
  public TokenScanner(String mark, int length, Consumer<String> found) {
    this.mark = mark.getBytes(StandardCharsets.US_ASCII);
    this.length = length;
    this.found = found;
  }

  @Override
  public void handle(Buffer read) {
    Buffer bytes = rest.length() == 0 ? read : rest.appendBuffer(read);
    int whole = mark.length + length;
    int at = 0;
    while (at + whole <= bytes.length()) {
      if (isMark(bytes, at)) {
        found.accept(bytes.getString(at + mark.length, at + whole));
        at += whole;
      } else {
        at++;
      }
    }
    rest = bytes.getBuffer(at, bytes.length());
  }

  private boolean isMark(Buffer bytes, int at) {
    for (int i = 0; i < mark.length; i++) {
      if (bytes.getByte(at + i) != mark[i]) {
        return false;
      }
    }
    return true;
  }
}
