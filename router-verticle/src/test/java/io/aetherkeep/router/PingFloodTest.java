package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.settings.RealtimeSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client that sends many pings and reads none of the answers. */
class PingFloodTest {

  private static final int BATCHES = 400;
  private static final int PINGS = 500;

  @RegisterExtension
  final RunningRealtime router =
      new RunningRealtime(
          new RealtimeSettings(
              Duration.ofMinutes(5),
              Duration.ofMinutes(5),
              Duration.ofMillis(200),
              Duration.ofMillis(300),
              1 << 20,
              1_000_000,
              4));

  @Test
  @Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
  void pongsDoNotPileUp_forAClientThatDoesNotRead() throws Exception {
    byte[] ping = RawSocket.frame(RawSocket.PING, new byte[125]);
    byte[][] batch = new byte[PINGS][];
    for (int i = 0; i < PINGS; i++) {
      batch[i] = ping;
    }
    byte[] pings = RawSocket.joined(batch);
    byte[] end = "{\"op\":\"ping\",\"id\":\"end\"}".getBytes(StandardCharsets.US_ASCII);
    try (RawSocket socket = RawSocket.open(router.port())) {
      for (int i = 0; i < BATCHES; i++) {
        socket.send(pings);
      }
      socket.send(RawSocket.frame(RawSocket.TEXT, end));
      List<String> received = socket.received();
      assertTrue(received.stream().allMatch(one -> one.startsWith("pong")));
      assertTrue(received.size() < BATCHES * PINGS, () -> received.size() + " pongs");
    }
  }
}
