package io.aetherkeep.lab.cluster;

import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * TCP proxy in front of a Redis that injects network faults: latency, low bandwidth, resets,
 * half-open connections, another target.
 */
public final class Proxy implements AutoCloseable {

  private static final long TRICKLE_MILLIS = 20;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final NetClient client = vertx.createNetClient();
  private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
  private final int port;
  private volatile int target;
  private volatile long delayMillis;

  /** Bytes that pass from the server every 20 ms; 0 for no limit. */
  private volatile int trickle;

  Proxy(int target) {
    this.target = target;
    NetServer server = vertx.createNetServer().connectHandler(this::connected);
    this.port =
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join().actualPort();
  }

  /** Both ends of a connection. */
  private final class Pair {
    final NetSocket near;
    final NetSocket far;
    volatile boolean deaf;

    Pair(NetSocket near, NetSocket far) {
      this.near = near;
      this.far = far;
    }

    void begin() {
      pass(near, far, false);
      pass(far, near, true);
      near.closeHandler(closed -> end());
      far.closeHandler(closed -> end());
      // Broken connections are the purpose of the lab.
      near.exceptionHandler(broken -> {});
      far.exceptionHandler(broken -> {});
      near.resume();
    }

    private void pass(NetSocket from, NetSocket to, boolean back) {
      Pipe pipe = new Pipe(to);
      from.handler(
          bytes -> {
            if (!deaf) {
              pipe.take(bytes, back ? trickle : 0);
            }
          });
    }

    void end() {
      pairs.remove(this);
      if (!deaf) {
        near.close();
      }
      far.close();
    }

    /** Makes the connection half-open: closes the far end without telling the near end. */
    void halve() {
      deaf = true;
      far.close();
    }

    void reset() {
      ((NetSocketInternal) near)
          .channelHandlerContext()
          .channel()
          .config()
          .setOption(ChannelOption.SO_LINGER, 0);
      end();
    }
  }

  /** One direction of a connection: delays bytes and keeps their order. */
  private final class Pipe {

    private final NetSocket to;
    private final Deque<Part> waiting = new ArrayDeque<>();
    private long free = System.nanoTime();

    Pipe(NetSocket to) {
      this.to = to;
    }

    void take(Buffer bytes, int narrow) {
      boolean idle = waiting.isEmpty();
      int step = narrow > 0 ? narrow : bytes.length();
      for (int from = 0; from < bytes.length(); from += step) {
        free = Math.max(free, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMillis));
        waiting.add(new Part(bytes.slice(from, Math.min(bytes.length(), from + step)), free));
        free += narrow > 0 ? TimeUnit.MILLISECONDS.toNanos(TRICKLE_MILLIS) : 0;
      }
      if (idle) {
        pass();
      }
    }

    private void pass() {
      for (Part next = waiting.peek(); next != null; next = waiting.peek()) {
        long wait = next.due - System.nanoTime();
        if (wait > 0) {
          vertx.setTimer(1 + TimeUnit.NANOSECONDS.toMillis(wait), due -> pass());
          return;
        }
        to.write(next.bytes);
        waiting.poll();
      }
    }
  }

  private record Part(Buffer bytes, long due) {}

  private void connected(NetSocket near) {
    near.pause();
    client
        .connect(target, "127.0.0.1")
        .onSuccess(
            far -> {
              Pair pair = new Pair(near, far);
              pairs.add(pair);
              pair.begin();
            })
        .onFailure(thrown -> near.close());
  }

  int port() {
    return port;
  }

  void redirectTo(int other) {
    target = other;
    closeAll();
  }

  public void delay(long millis) {
    delayMillis = millis;
  }

  void trickle(int bytes) {
    trickle = bytes;
  }

  void closeAll() {
    each(Pair::end);
  }

  void closeOne() {
    List<Pair> all = new ArrayList<>(pairs);
    if (!all.isEmpty()) {
      Pair one = all.get((int) (System.nanoTime() % all.size()));
      vertx.runOnContext(there -> one.end());
    }
  }

  void resetAll() {
    each(Pair::reset);
  }

  void halveAll() {
    each(Pair::halve);
  }

  private void each(Consumer<Pair> what) {
    vertx.runOnContext(there -> List.copyOf(pairs).forEach(what));
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
