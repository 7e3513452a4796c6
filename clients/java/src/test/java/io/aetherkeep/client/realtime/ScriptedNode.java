package io.aetherkeep.client.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Node of tickets and WebSockets that fails topics of each hello as a test says. */
final class ScriptedNode implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final String TICKET = "{\"ticket\": \"t\"}";
  private static final int TEXT = 0x81;
  private static final int CLOSE = 0x88;
  private static final int RESTART = 1012;

  private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Queue<String> failing;
  private final List<JsonNode> frames = new CopyOnWriteArrayList<>();
  private final List<Long> tickets = new CopyOnWriteArrayList<>();
  private volatile String refusal = "";
  private volatile String retryAfter = "";
  private volatile String restart = "restart 1";

  /**
   * Creates a node that does not answer before it is started.
   *
   * @param failing the topic to fail for now on each connection; all but the last connection are
   *     closed after that, with a request to reconnect at once
   */
  ScriptedNode(String... failing) throws IOException {
    this.failing = new ConcurrentLinkedQueue<>(List.of(failing));
  }

  void start() {
    daemon(this::admit);
  }

  /** Refuses each hello permanently with a code, and leaves the connection open. */
  void refuse(String code) {
    refusal = code;
  }

  /** Lets clients reconnect that much later. */
  void restartAfter(Duration delay) {
    restart = "restart " + delay.toMillis();
  }

  /** Refuses the first ticket with a delay of that many seconds. */
  void refuseATicket(int seconds) {
    retryAfter = String.valueOf(seconds);
  }

  /** The times of the requests for tickets, in nanoseconds. */
  List<Long> tickets() {
    return tickets;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + door.getLocalPort());
  }

  /** The topics of the watches that were sent after a hello. */
  List<String> watched() {
    return frames("watch").stream().map(frame -> frame.path("topic").asText()).toList();
  }

  /** The frames of an operation that clients sent. */
  List<JsonNode> frames(String op) {
    return frames.stream().filter(frame -> frame.path("op").asText().equals(op)).toList();
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void daemon(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // The test or the client has closed it.
              }
            },
            "scripted-node");
    thread.setDaemon(true);
    thread.start();
  }

  private void admit() throws IOException {
    while (true) {
      Socket client = door.accept();
      daemon(() -> serve(client));
    }
  }

  private void serve(Socket client) throws IOException {
    try (client) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      OutputStream out = client.getOutputStream();
      String key = null;
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        if (line.regionMatches(true, 0, "Sec-WebSocket-Key:", 0, 18)) {
          key = line.substring(18).strip();
        }
      }
      if (key == null) {
        tickets.add(System.nanoTime());
        if (tickets.size() == 1 && !retryAfter.isEmpty()) {
          String refused =
              "HTTP/1.1 429 No\r\nConnection: close\r\nRetry-After: %s\r\nContent-Length: 0\r\n\r\n";
          out.write(bytes(refused.formatted(retryAfter)));
          return;
        }
        String head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s";
        out.write(bytes(head.formatted(TICKET.length(), TICKET)));
        return;
      }
      String head =
          """
          HTTP/1.1 101 Switching Protocols
          Upgrade: websocket
          Connection: Upgrade
          Sec-WebSocket-Protocol: aetherkeep.v1
          Sec-WebSocket-Accept: %s

          """;
      out.write(bytes(head.replace("\n", "\r\n").formatted(accepted(key))));
      while (true) {
        hear(JSON.readTree(frame(in)), out);
      }
    }
  }

  private static String line(DataInputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int one = in.readUnsignedByte(); one != '\n'; one = in.readUnsignedByte()) {
      line.append((char) one);
    }
    return line.toString().strip();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String accepted(String key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(bytes(key + MAGIC));
      return Base64.getEncoder().encodeToString(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads a masked frame of up to 64 KiB. */
  private static byte[] frame(DataInputStream in) throws IOException {
    in.readUnsignedByte();
    int length = in.readUnsignedByte() & 0x7F;
    byte[] mask = new byte[4];
    byte[] payload = new byte[length < 126 ? length : in.readUnsignedShort()];
    in.readFully(mask);
    in.readFully(payload);
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i % 4];
    }
    return payload;
  }

  private static void send(OutputStream out, int kind, byte[] payload) throws IOException {
    if (payload.length < 126) {
      out.write(new byte[] {(byte) kind, (byte) payload.length});
    } else {
      out.write(new byte[] {(byte) kind, 126, (byte) (payload.length >> 8), (byte) payload.length});
    }
    out.write(payload);
  }

  private void hear(JsonNode frame, OutputStream out) throws IOException {
    frames.add(frame);
    if (!frame.path("op").asText().equals("hello")) {
      return;
    }
    if (!refusal.isEmpty()) {
      String refused = "{\"re\": \"hello\", \"error\": {\"code\": \"%s\", \"retry\": false}}";
      send(out, TEXT, bytes(refused.formatted(refusal)));
    } else {
      String failed = failing.remove();
      String welcome =
          "{\"re\": \"hello\", \"ok\": {\"epoch\": \"1\", \"failed\":"
              + " {\"%s\": {\"code\": \"redis-unavailable\", \"retry\": true}}}}";
      send(out, TEXT, bytes(welcome.formatted(failed)));
      for (String topic : resumed(frame)) {
        if (!topic.equals(failed) && !topic.startsWith("events/")) {
          String value = "{\"topic\": \"%s\", \"offset\": \"7\", \"data\": \"value\"}";
          send(out, TEXT, bytes(value.formatted(topic)));
        }
      }
      if (!failing.isEmpty()) {
        byte[] why = bytes(".." + restart);
        why[0] = (byte) (RESTART >> 8);
        why[1] = (byte) RESTART;
        send(out, CLOSE, why);
      }
    }
  }

  private static List<String> resumed(JsonNode hello) {
    List<String> topics = new ArrayList<>();
    hello.path("resume").path("offsets").fieldNames().forEachRemaining(topics::add);
    return topics;
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
