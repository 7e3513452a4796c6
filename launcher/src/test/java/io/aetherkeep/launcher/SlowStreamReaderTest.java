package io.aetherkeep.launcher;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Slow readers of streams: unread data stays in Redis, not in the node's memory. */
@ExtendWith(RedisExtension.class)
class SlowStreamReaderTest {

  private static final String PATH = "/api/v1/aethercast/streams/long";
  private static final int READERS = 40;
  private static final int PIECES = 40;
  private static final int PIECE = 500_000;

  /** Limit of memory, far below the 800 MB of unread data. */
  private static final long MOST = 250_000_000;

  @Test
  void manySlowFollowers_takeLittleOfTheNode_andGetItAllInTheEnd(RedisServer redis)
      throws Exception {
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", redis.url()))) {
      assertEquals(201, node.put(PATH, "", "Content-Type", "text/plain").statusCode());
      List<Socket> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        readers.add(slow(node));
      }
      CompletableFuture<Long> fast = restElsewhere(slow(node));
      String piece = "x".repeat(PIECE);
      long before = used();
      for (int i = 0; i < PIECES; i++) {
        assertEquals(204, node.post(PATH, piece, "Content-Type", "text/plain").statusCode());
        for (Socket reader : readers) {
          assertTrue(reader.getInputStream().read() >= 0);
        }
      }
      long taken = used() - before;
      assertTrue(taken < MOST, () -> "The node holds " + taken + " bytes more than before");
      node.post(PATH, "", "Stream-Closed", "true");
      // A fast reader is not delayed by slow ones.
      assertEquals((long) PIECES * PIECE, fast.get(60, TimeUnit.SECONDS));
      assertEquals((long) PIECES * PIECE, rest(readers.get(0)));
      for (Socket reader : readers) {
        reader.close();
      }
    }
  }

  private static Socket slow(RunningNode node) throws Exception {
    URI url = URI.create(node.url());
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
    socket
        .getOutputStream()
        .write(
            ("GET "
                    + PATH
                    + "?offset=-1&live=sse HTTP/1.1\r\nHost: "
                    + url.getAuthority()
                    + "\r\n\r\n")
                .getBytes(US_ASCII));
    // After the first control event it follows.
    assertTrue(socket.getInputStream().read() >= 0);
    return socket;
  }

  private static CompletableFuture<Long> restElsewhere(Socket socket) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return rest(socket);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static long used() {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return heap
        + ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
  }

  /** Reads to the end at full speed; returns the number of characters. */
  private static long rest(Socket socket) throws IOException {
    long text = 0;
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8), 1 << 16);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      text += line.startsWith("data:x") ? line.length() - "data:".length() : 0;
      if (line.contains("\"streamClosed\":true")) {
        return text;
      }
    }
    throw new AssertionError("It ended without saying so, after " + text);
  }
}
