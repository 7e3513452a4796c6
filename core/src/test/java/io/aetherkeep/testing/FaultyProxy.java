package io.aetherkeep.testing;

import static io.aetherkeep.testing.Futures.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * TCP proxy to a server on this machine that injects faults: bytes that are late or held back, and
 * connections that go silent without an end, as if the host behind had vanished.
 */
public final class FaultyProxy implements AutoCloseable {

  /** One direction of all connections. */
  public static final class Direction {

    private final List<Runnable> held = new ArrayList<>();
    private boolean holds;

    public synchronized void hold() {
      holds = true;
    }

    /** Passes on what was held, in order, and holds no more. */
    public synchronized void release() {
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

  private final Vertx vertx = Vertx.vertx();
  private final int server;
  private final int port;
  private final Direction requests = new Direction();
  private final Direction replies = new Direction();
  private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
  private final Set<NetSocket> silent = ConcurrentHashMap.newKeySet();
  private volatile long delayMillis;

  /** Starts a proxy to a port. */
  public FaultyProxy(int server) throws Exception {
    this.server = server;
    NetServer proxy = vertx.createNetServer().connectHandler(this::connected);
    this.port = await(proxy.listen(0, "127.0.0.1")).actualPort();
  }

  public int port() {
    return port;
  }

  public Direction requests() {
    return requests;
  }

  public Direction replies() {
    return replies;
  }

  /** Delays all further bytes, in both directions. */
  public void delay(long millis) {
    delayMillis = millis;
  }

  /** Silences the present connections; later ones are forwarded. */
  public void vanish() {
    silent.addAll(open);
  }

  /** Number of open connections that are not silent. */
  public int connections() {
    return open.size() - silent.size();
  }

  private void connected(NetSocket client) {
    client.pause();
    vertx
        .createNetClient()
        .connect(server, "127.0.0.1")
        .onSuccess(far -> join(client, far))
        .onFailure(thrown -> client.close());
  }

  private void join(NetSocket client, NetSocket far) {
    open.add(client);
    pass(client, client, far, requests);
    pass(client, far, client, replies);
    far.closeHandler(closed -> client.close());
    client.closeHandler(
        closed -> {
          silent.remove(client);
          open.remove(client);
          far.close();
        });
    client.resume();
  }

  private void pass(NetSocket client, NetSocket from, NetSocket to, Direction direction) {
    Deque<Buffer> late = new ArrayDeque<>();
    from.handler(
        bytes -> {
          if (silent.contains(client)) {
            return;
          }
          if (delayMillis == 0 && late.isEmpty()) {
            write(bytes, to, direction);
            return;
          }
          late.add(bytes);
          // Bytes leave in order, also where the delay has become shorter.
          vertx.setTimer(Math.max(1, delayMillis), due -> write(late.remove(), to, direction));
        });
  }

  private static void write(Buffer bytes, NetSocket to, Direction direction) {
    direction.pass(() -> to.write(bytes));
  }

  @Override
  public void close() throws Exception {
    await(vertx.close());
  }
}
