package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.realtime.CloseCode;
import io.aetherkeep.router.realtime.SocketOps;
import io.aetherkeep.router.settings.RealtimeSettings;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Random near misses of frames, and random bytes.
 *
 * <p>Each is answered, never as a bug, or ends the socket with a documented code; the next client
 * is served normally.
 */
final class SocketFuzzTest {

  private static final Set<Integer> CODES =
      Arrays.stream(CloseCode.values())
          .map(code -> (int) code.number())
          .collect(Collectors.toSet());

  private static final AtomicInteger SENT = new AtomicInteger();
  private static final RunningRealtime ROUTER =
      new RunningRealtime(
          new RealtimeSettings(
              Duration.ofSeconds(25),
              Duration.ofSeconds(10),
              Duration.ofSeconds(27),
              Duration.ofMillis(10),
              1 << 20,
              1_000_000,
              200));

  private static SocketClient open;

  @BeforeContainer
  static void start() throws Exception {
    ROUTER.start();
  }

  @AfterContainer
  static void stop() throws Exception {
    assertTrue(SENT.get() > 1000, "" + SENT);
    ROUTER.stop();
  }

  /** Near misses of a client's messages, from tokens of the protocol. */
  @Provide
  Arbitrary<String> almost() {
    Arbitrary<String> ops =
        Arbitraries.of(SocketOps.NAMES).map(op -> "{\"op\":\"" + op + "\",\"id\":1,");
    Arbitrary<String> pieces =
        Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "null",
            "true",
            "-1",
            "1e400",
            "0.5",
            "{\"op\":",
            "\"hello\"",
            "\"session\":\"s1\"",
            "\"resume\":{\"epoch\":\"1\",\"offsets\":{",
            "\"topic\":\"status/podcast/p1\"",
            "\"topic\":\"listeners/\"",
            "\"topic\":\"//\"",
            "\"topic\":\"session\"",
            "\"podcast\":\"p1\"",
            "\"positionMs\":99999999999999999999",
            "\"positionMs\":5",
            "\"seq\":-3",
            "\"rate\":1e309",
            "\"id\":{}",
            "\"__proto__\":{}",
            "\\u0000",
            "\\ud800",
            "\u00e4",
            "\u0000",
            " ");
    Arbitrary<String> rest = pieces.list().ofMaxSize(8).map(parts -> String.join("", parts));
    return Arbitraries.oneOf(
        ops.flatMap(op -> rest.map(more -> op + more + "}")),
        rest,
        Arbitraries.strings().ofMaxLength(40));
  }

  private static SocketClient socket() throws Exception {
    if (open == null || open.isClosed()) {
      open = ROUTER.greeted("s1");
    }
    return open;
  }

  @Property
  void texts_areAnsweredOrEndTheSocket(@ForAll("almost") String text) throws Exception {
    SocketClient client = socket();
    client.send(text);
    followed(client);
  }

  @Property
  void framesOfAnyKind_areAnsweredOrEndTheSocket(
      @ForAll @Size(max = 60) byte[] bytes, @ForAll boolean text, @ForAll boolean last)
      throws Exception {
    SocketClient client = socket();
    Buffer body = Buffer.buffer(bytes);
    client.frame(
        text
            ? WebSocketFrame.textFrame(new String(bytes, StandardCharsets.ISO_8859_1), last)
            : WebSocketFrame.binaryFrame(body, last));
    if (!last) {
      client.frame(WebSocketFrame.continuationFrame(body, true));
    }
    followed(client);
  }

  /** Waits until the frame was handled: until a later ping is answered, or the socket closes. */
  private static void followed(SocketClient client) throws Exception {
    String ping = "ping " + SENT.incrementAndGet();
    client.send(new JsonObject().put("op", "ping").put("id", ping).encode());
    while (!client.isClosed()) {
      JsonObject frame = client.nextOrClosed();
      if (frame == null) {
        break;
      }
      assertFalse("internal".equals(SocketClient.error(frame)), frame::encode);
      if (ping.equals(frame.getValue("re"))) {
        return;
      }
    }
    int code = client.closed().code();
    assertTrue(CODES.contains(code), () -> "closed with " + code);
  }

  @Property(tries = 200)
  void bytesThatAreNoFrames_endTheirOwnSocketOnly(@ForAll @Size(min = 1, max = 80) byte[] bytes)
      throws Exception {
    SENT.incrementAndGet();
    try (Socket socket = new Socket("127.0.0.1", ROUTER.port())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(handshake());
      readHead(socket.getInputStream());
      socket.setSoTimeout(20);
      socket.getOutputStream().write(bytes);
      try {
        socket.getInputStream().readNBytes(200);
      } catch (SocketTimeoutException waiting) {
        // It may wait for the rest of a frame.
      } catch (java.net.SocketException cut) {
        // Or it has closed on bytes that cannot become a frame.
      }
    }
    assertTrue(socket().ask("ping").containsKey("ok"));
  }

  private static byte[] handshake() {
    return ("GET "
            + SocketClient.REALTIME
            + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Protocol: aetherkeep.v1\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void readHead(InputStream in) throws Exception {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      head.write(in.read());
    }
  }
}
