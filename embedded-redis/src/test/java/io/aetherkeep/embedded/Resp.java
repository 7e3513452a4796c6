package io.aetherkeep.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;

/** Minimal Redis client: sends a line and reads a reply. */
final class Resp {
  private Resp() {}

  static String ask(EmbeddedRedis redis, String command) {
    return ask(redis.port(), command);
  }

  static String ask(int port, String command) {
    try (Socket socket = new Socket()) {
      socket.connect(Launch.loopback(port));
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write((command + "\r\n").getBytes(UTF_8));
      BufferedReader answers =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      return answer(answers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a command and disconnects without reading. */
  static void tell(int port, String command) {
    try (Socket socket = new Socket()) {
      socket.connect(Launch.loopback(port));
      socket.getOutputStream().write((command + "\r\n").getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A text; of several replies the last. */
  private static String answer(BufferedReader answers) throws IOException {
    String first = line(answers);
    String rest = first.substring(1);
    return switch (first.charAt(0)) {
      case '$' -> line(answers);
      case '*' -> {
        String last = "";
        for (int left = Integer.parseInt(rest); left > 0; left--) {
          last = answer(answers);
        }
        yield last;
      }
      default -> rest;
    };
  }

  private static String line(BufferedReader answers) throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new EOFException("the connection was closed");
    }
    return line;
  }
}
