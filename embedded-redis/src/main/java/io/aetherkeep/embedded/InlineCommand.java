package io.aetherkeep.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;

/** Client for one inline command to a redis-server on a loopback port. */
final class InlineCommand {

  private static final int ANSWER_MILLIS = 10_000;

  private InlineCommand() {}

  /** Sends a command, and returns the text of its simple or bulk reply. */
  static String send(int port, String command) {
    try (Socket socket = new Socket()) {
      socket.connect(Launch.loopback(port), ANSWER_MILLIS);
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write((command + "\r\n").getBytes(US_ASCII));
      return reply(
          command, new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)));
    } catch (IOException e) {
      throw new EmbeddedRedisException(
          "redis-server does not answer on port %d".formatted(port), e);
    }
  }

  private static String reply(String command, BufferedReader in) throws IOException {
    String first = in.readLine();
    if (first == null) {
      throw new EOFException("the connection was closed");
    }
    if (first.startsWith("-")) {
      throw new EmbeddedRedisException("redis-server answers %s: %s".formatted(command, first));
    }
    if (!first.startsWith("$")) {
      return first.substring(1);
    }
    char[] text = new char[Integer.parseInt(first.substring(1))];
    for (int read = 0; read < text.length; ) {
      int more = in.read(text, read, text.length - read);
      if (more < 0) {
        throw new EOFException("the connection was closed");
      }
      read += more;
    }
    return new String(text);
  }
}
