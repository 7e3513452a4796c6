package io.aetherkeep.health;

import static io.aetherkeep.testing.Futures.await;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.TimeUnit;

/** TCP proxy that delays every byte, in both directions. */
final class DelayingProxy implements AutoCloseable {

  private final Vertx vertx = Vertx.vertx();
  private final int serverPort;
  private final int port;
  private volatile long delayNanos;

  DelayingProxy(int serverPort) throws Exception {
    this.serverPort = serverPort;
    NetServer server = vertx.createNetServer().connectHandler(this::connected);
    this.port = await(server.listen(0, "127.0.0.1")).actualPort();
  }

  int port() {
    return port;
  }

  void delay(long millis) {
    delayNanos = TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private void connected(NetSocket client) {
    client.pause();
    vertx
        .createNetClient()
        .connect(serverPort, "127.0.0.1")
        .onSuccess(
            server -> {
              pass(client, server);
              pass(server, client);
              client.resume();
            })
        .onFailure(thrown -> client.close());
  }

  private void pass(NetSocket from, NetSocket to) {
    long[] last = {System.nanoTime()};
    from.handler(
        bytes -> {
          last[0] = Math.max(last[0], System.nanoTime() + delayNanos);
          long wait = TimeUnit.NANOSECONDS.toMillis(last[0] - System.nanoTime());
          vertx.setTimer(Math.max(1, wait), late -> to.write(bytes));
        });
    from.closeHandler(closed -> to.close());
  }

  @Override
  public void close() throws Exception {
    await(vertx.close());
  }
}
