package io.aetherkeep.router;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Answer read from a socket; header names are in lower case. */
record RawAnswer(int status, Map<String, String> headers, String body) {

  private static final int PATIENCE_MILLIS = 60_000;

  /** Sends bytes, and reads one answer to a request other than HEAD. */
  static RawAnswer to(int port, byte[] request) throws IOException {
    try (Socket socket = open(port)) {
      socket.getOutputStream().write(request);
      socket.getOutputStream().flush();
      return from(socket);
    }
  }

  static Socket open(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  static RawAnswer from(Socket socket) throws IOException {
    RawAnswer head = headFrom(socket);
    int length = Integer.parseInt(head.headers.getOrDefault("content-length", "0"));
    String body = new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
    return new RawAnswer(head.status, head.headers, body);
  }

  /** Reads the status and the headers, and leaves the rest in the socket. */
  static RawAnswer headFrom(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    String[] start = line(in).split(" ", 3);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
    }
    return new RawAnswer(Integer.parseInt(start[1]), headers, "");
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("The connection ended after '" + line + "'");
      }
      line.append((char) c);
    }
    return line.toString().strip();
  }
}
