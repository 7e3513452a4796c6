package io.aetherkeep.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One inline command to a server, and the first lines of its reply. */
final class Ping {

  private Ping() {}

  static String say(int port, String command) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
      byte[] reply = new byte[512];
      int length = socket.getInputStream().read(reply);
      return new String(reply, 0, Math.max(0, length), StandardCharsets.UTF_8).trim();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
