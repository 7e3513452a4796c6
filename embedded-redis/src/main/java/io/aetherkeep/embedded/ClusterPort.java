package io.aetherkeep.embedded;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Finder of a free port for a cluster node, whose bus also needs the port 10,000 above it. */
final class ClusterPort {

  private static final int LOWEST = 20_000;
  private static final int BUS = 10_000;

  /** Keeps both ports below 32,768, where a kernel's ephemeral ports begin. */
  private static final int HIGHEST = 22_700;

  private static final int ATTEMPTS = 500;

  private ClusterPort() {}

  static int free() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (isFree(port) && isFree(port + BUS)) {
        return port;
      }
    }
    throw new EmbeddedRedisException("no port for a node of a cluster is free");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(Launch.loopback(port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
