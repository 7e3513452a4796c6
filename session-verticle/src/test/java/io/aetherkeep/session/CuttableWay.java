package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * TCP proxy to Redis that cuts its connections for good after a number of commands: to Redis and
 * other nodes, the node behind it has died at that point. Or it lets others act before each
 * command.
 */
final class CuttableWay implements AutoCloseable {

  /** Commands that connections send by themselves. */
  private static final Set<String> OWN = Set.of("PING", "HELLO", "CLIENT", "INFO", "SUBSCRIBE");

  private final Vertx vertx = Vertx.vertx();
  private final Set<NetSocket> nodes = ConcurrentHashMap.newKeySet();
  private final int server;
  private final int port;
  private long left = Long.MAX_VALUE;
  private volatile Runnable before = () -> {};

  CuttableWay(int server) throws Exception {
    this.server = server;
    NetServer way = vertx.createNetServer().connectHandler(this::connected);
    this.port = await(way.listen(0, "127.0.0.1")).actualPort();
  }

  String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Lets a number of further commands pass. */
  synchronized void cutAfter(int commands) {
    left = commands;
  }

  /** Does some work before each further command. */
  void before(Runnable work) {
    before = work;
  }

  synchronized boolean isCut() {
    return left < 0;
  }

  private synchronized boolean passes(String command) {
    if (left >= 0 && !OWN.contains(command)) {
      left--;
    }
    return left >= 0;
  }

  private void connected(NetSocket node) {
    if (isCut()) {
      node.close();
      return;
    }
    nodes.add(node);
    node.pause();
    vertx
        .createNetClient()
        .connect(server, "127.0.0.1")
        .onSuccess(redis -> connected(node, redis))
        .onFailure(thrown -> node.close());
  }

  private void connected(NetSocket node, NetSocket redis) {
    Buffer[] came = {Buffer.buffer()};
    node.handler(
        bytes -> {
          came[0].appendBuffer(bytes);
          for (int end = end(came[0]); end > 0; end = end(came[0])) {
            if (!passes(name(came[0]))) {
              nodes.forEach(NetSocket::close);
              return;
            }
            before.run();
            redis.write(came[0].getBuffer(0, end));
            came[0] = came[0].getBuffer(end, came[0].length());
          }
        });
    redis.handler(node::write);
    node.closeHandler(closed -> redis.close());
    redis.closeHandler(closed -> node.close());
    node.resume();
  }

  /** End offset of the first command, an array of strings; 0 where it is incomplete. */
  private static int end(Buffer bytes) {
    int at = line(bytes, 0);
    int parts = at == 0 ? 0 : number(bytes, 0, at);
    for (int i = 0; i < parts && at > 0; i++) {
      int text = line(bytes, at);
      at = text == 0 ? 0 : text + number(bytes, at, text) + 2;
    }
    return at <= bytes.length() ? at : 0;
  }

  private static int line(Buffer bytes, int from) {
    for (int i = from; i + 1 < bytes.length(); i++) {
      if (bytes.getByte(i) == '\r') {
        return i + 2;
      }
    }
    return 0;
  }

  private static int number(Buffer bytes, int from, int end) {
    return Integer.parseInt(bytes.getString(from + 1, end - 2));
  }

  private static String name(Buffer bytes) {
    int from = line(bytes, line(bytes, 0));
    return bytes.getString(from, line(bytes, from) - 2, StandardCharsets.US_ASCII.name());
  }

  @Override
  public void close() throws Exception {
    await(vertx.close());
  }
}
