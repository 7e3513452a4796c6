package io.aetherkeep.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;

/** Client for inline commands to a redis-server on a loopback port. */
final class InlineCommand {

  private static final int ANSWER_MILLIS = 10_000;

  private InlineCommand() {}

  /** Sends commands in order, and returns the text of the last simple or bulk reply. */
  static String send(int port, String... commands) {
    try (Socket socket = new Socket()) {
      socket.connect(Launch.loopback(port), ANSWER_MILLIS);
      socket.setSoTimeout(ANSWER_MILLIS);
      BufferedReader replies =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      String last = "";
      for (String command : commands) {
        socket.getOutputStream().write((command + "\r\n").getBytes(US_ASCII));
        last = reply(command.replaceFirst("(?s) .*", ""), replies);
      }
      return last;
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
