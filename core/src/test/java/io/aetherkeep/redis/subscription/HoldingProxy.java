package io.aetherkeep.redis.subscription;

import static io.aetherkeep.testing.Futures.await;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;

/** TCP proxy to Redis that can hold what either side sends. */
final class HoldingProxy implements AutoCloseable {

  /** One direction of all connections. */
  static final class Direction {

    private final List<Runnable> held = new ArrayList<>();
    private boolean holds;

    synchronized void hold() {
      holds = true;
    }

    /** Passes on what was held, in order, and holds no more. */
    synchronized void release() {
      holds = false;
      held.forEach(Runnable::run);
      held.clear();
    }

    private synchronized void pass(Runnable write) {
      if (holds) {
        held.add(write);
      } else {
        write.run();
      }
    }
  }

  final Direction requests = new Direction();
  final Direction replies = new Direction();
  private final Vertx vertx = Vertx.vertx();
  private final int port;

  HoldingProxy(int server) throws Exception {
    NetServer proxy =
        vertx
            .createNetServer()
            .connectHandler(
                client -> {
                  client.pause();
                  vertx
                      .createNetClient()
                      .connect(server, "127.0.0.1")
                      .onSuccess(redis -> join(client, redis))
                      .onFailure(thrown -> client.close());
                });
    this.port = await(proxy.listen(0, "127.0.0.1")).actualPort();
  }

  private void join(NetSocket client, NetSocket redis) {
    client.handler(bytes -> requests.pass(() -> redis.write(bytes)));
    redis.handler(bytes -> replies.pass(() -> client.write(bytes)));
    client.closeHandler(closed -> redis.close());
    redis.closeHandler(closed -> client.close());
    client.resume();
  }

  String url() {
    return "redis://127.0.0.1:" + port;
  }

  @Override
  public void close() throws Exception {
    await(vertx.close());
  }
}
