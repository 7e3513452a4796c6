package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.realtime.CloseCode;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sockets whose clients send nothing: without a hello, or without answers to pings. */
class SocketSilenceTest {

  @RegisterExtension
  final RunningRealtime router =
      new RunningRealtime(
          RunningRealtime.patience(Duration.ofSeconds(2), Duration.ofSeconds(4), 1 << 14));

  private static void assertClosed(CloseCode code, SocketClient client) throws Exception {
    assertEquals(new SocketClient.Closed(code.number(), code.reason()), client.closed());
  }

  @Test
  void withoutAHello_aSocketIsClosed() throws Exception {
    assertClosed(CloseCode.HELLO_TIMEOUT, router.open());
  }

  @Test
  void whoAnswersPings_stays() throws Exception {
    SocketClient client = router.greeted("s1");
    Awaitility.await().until(() -> router.metrics().contains("aetherkeep_sockets_open"));
    SocketClient late = router.open();
    assertClosed(CloseCode.HELLO_TIMEOUT, late);
    assertEquals("pong", client.ask("ping").getString("ok"));
  }

  /** A client that sends nothing, not even an answer to a ping. */
  @Test
  void whoIsDead_isClosed() throws Exception {
    try (Socket dead = new Socket("127.0.0.1", router.port())) {
      shake(dead);
      hello(dead);
      Awaitility.await().until(() -> router.realm().connections.size() == 1);
      byte[] all = dead.getInputStream().readAllBytes();
      String text = new String(all, StandardCharsets.ISO_8859_1);
      assertTrue(text.endsWith("no-heartbeat"), text);
    }
    Awaitility.await().until(() -> router.realm().connections.isEmpty());
  }

  private void shake(Socket socket) throws Exception {
    String request =
        "GET "
            + SocketClient.REALTIME
            + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Protocol: aetherkeep.v1\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    String answer = "";
    while (!answer.endsWith("\r\n\r\n")) {
      answer += (char) socket.getInputStream().read();
    }
    assertTrue(answer.startsWith("HTTP/1.1 101 "), answer);
  }

  /** Sends a masked text frame, with a mask of zeros. */
  private static void hello(Socket socket) throws Exception {
    byte[] text = "{\"op\":\"hello\",\"session\":\"s1\"}".getBytes(StandardCharsets.US_ASCII);
    OutputStream out = socket.getOutputStream();
    out.write(new byte[] {(byte) 0x81, (byte) (0x80 | text.length), 0, 0, 0, 0});
    out.write(text);
    out.flush();
  }
}
