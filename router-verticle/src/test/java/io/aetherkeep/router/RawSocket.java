package io.aetherkeep.router;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** WebSocket client that sends raw bytes, and reads what the server sends. */
public final class RawSocket implements AutoCloseable {

  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final int FINAL = 0x80;
  private static final int MASKED = 0x80;
  private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

  private final Socket socket;
  private final DataInputStream in;

  private RawSocket(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
  }

  /** Opens a socket and completes the handshake. */
  static RawSocket open(int port) throws IOException {
    Socket socket = RawAnswer.open(port);
    socket
        .getOutputStream()
        .write(
            ("GET "
                    + SocketClient.REALTIME
                    + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Protocol: aetherkeep.v1\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    RawAnswer.headFrom(socket);
    return new RawSocket(socket);
  }

  /** A final, masked frame. */
  static byte[] frame(int opcode, byte[] payload) {
    return frame(FINAL | opcode, MASKED, payload);
  }

  /** A masked frame that is not the last of its message. */
  static byte[] part(int opcode, byte[] payload) {
    return frame(opcode, MASKED, payload);
  }

  /**
   * A frame with given first bits, and the shortest encoding of its length.
   *
   * @param first the bits FIN, RSV1 to RSV3 and the opcode
   * @param masked {@code 0x80} or 0
   */
  static byte[] frame(int first, int masked, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) first);
    if (payload.length < 126) {
      frame.put((byte) (masked | payload.length));
    } else if (payload.length < 1 << 16) {
      frame.put((byte) (masked | 126)).putShort((short) payload.length);
    } else {
      frame.put((byte) (masked | 127)).putLong(payload.length);
    }
    if (masked != 0) {
      frame.put(MASK);
    }
    for (int i = 0; i < payload.length; i++) {
      frame.put((byte) (masked == 0 ? payload[i] : payload[i] ^ MASK[i % 4]));
    }
    byte[] exact = new byte[frame.flip().remaining()];
    frame.get(exact);
    return exact;
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Sends each byte in a packet of its own. */
  void sendChopped(byte[] bytes) throws IOException {
    socket.setTcpNoDelay(true);
    for (byte one : bytes) {
      socket.getOutputStream().write(one);
    }
  }

  /**
   * Everything that the server sends until it closes or answers the op {@code ping} with the id
   * {@code end}: {@code pong PAYLOAD}, {@code close CODE}, {@code ok ID}, or the code of an error.
   */
  List<String> received() throws IOException {
    List<String> all = new ArrayList<>();
    for (String one = next(); !one.equals("ok end"); one = next()) {
      all.add(one);
      if (one.startsWith("close")) {
        return all;
      }
    }
    return all;
  }

  /** The next message, as {@link #received} describes it. */
  String next() throws IOException {
    int first = in.readUnsignedByte();
    byte[] payload = payload();
    for (int part = first; (part & FINAL) == 0; ) {
      part = in.readUnsignedByte();
      payload = joined(payload, payload());
    }
    int opcode = first & 0x0f;
    return switch (opcode) {
      case TEXT -> word(new JsonObject(new String(payload, StandardCharsets.UTF_8)));
      case CLOSE ->
          payload.length == 0 ? "close" : "close " + (int) ByteBuffer.wrap(payload).getChar();
      case PONG -> ("pong " + new String(payload, StandardCharsets.ISO_8859_1)).strip();
      default -> "opcode " + opcode;
    };
  }

  private byte[] payload() throws IOException {
    int length = in.readUnsignedByte();
    if (length == 127) {
      return in.readNBytes((int) in.readLong());
    }
    return in.readNBytes(length == 126 ? in.readUnsignedShort() : length);
  }

  private static String word(JsonObject frame) {
    return frame.containsKey("ok") ? "ok " + frame.getValue("re") : SocketClient.error(frame);
  }

  /** Whether the server has closed the connection properly, without further data. */
  boolean isEnded() throws IOException {
    return in.read() == -1;
  }

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
