package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** TCP proxy whose connections can go silent without an end, as if the host behind had vanished. */
final class VanishingProxy implements AutoCloseable {

  private final Vertx vertx = Vertx.vertx();
  private final int serverPort;
  private final int port;
  private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
  private final Set<NetSocket> silent = ConcurrentHashMap.newKeySet();

  VanishingProxy(int serverPort) throws Exception {
    this.serverPort = serverPort;
    NetServer server = vertx.createNetServer().connectHandler(this::connected);
    this.port = await(server.listen(0, "127.0.0.1")).actualPort();
  }

  int port() {
    return port;
  }

  /** Number of open connections that are not silent. */
  int connections() {
    return open.size() - silent.size();
  }

  /** Silences the present connections; later ones are forwarded. */
  void vanish() {
    silent.addAll(open);
  }

  private void connected(NetSocket client) {
    client.pause();
    vertx
        .createNetClient()
        .connect(serverPort, "127.0.0.1")
        .onSuccess(
            server -> {
              open.add(client);
              client.handler(bytes -> pass(client, server, bytes));
              server.handler(bytes -> pass(client, client, bytes));
              server.closeHandler(closed -> client.close());
              client.closeHandler(
                  closed -> {
                    silent.remove(client);
                    open.remove(client);
                    server.close();
                  });
              client.resume();
            })
        .onFailure(thrown -> client.close());
  }

  private void pass(NetSocket client, NetSocket to, Buffer bytes) {
    if (!silent.contains(client)) {
      to.write(bytes);
    }
  }

  @Override
  public void close() throws Exception {
    await(vertx.close());
  }
}
