package io.aetherkeep.lab.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * Forwarders in front of the servers of a Redis Cluster, which can cut one server off. Each server
 * announces the ports of its forwarders, so that clients, replicas and the cluster bus connect
 * through them, and each server connects from a separate loopback address, which identifies it.
 *
 * <p>A cut holds the bytes of connections back in both directions, as if packets were lost; TCP
 * delivers them when the cut ends.
 */
final class ServerLinks implements AutoCloseable {

  private static final int NONE = -1;
  private static final int FIRST_ADDRESS = 10;

  /** Distance of the port of the cluster bus from that of clients. */
  private static final int BUS = 10_000;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final NetClient client = vertx.createNetClient();

  /** Used on the event loop only, like {@link #cut}. */
  private final Set<Link> links = new HashSet<>();

  private final List<Integer> ports;
  private final List<Integer> busPorts;
  private int cut = NONE;

  /** The ports of the servers themselves. */
  private final AtomicIntegerArray targets;

  ServerLinks(int servers) {
    this.targets = new AtomicIntegerArray(servers);
    List<Integer> forClients = new ArrayList<>();
    List<Integer> forServers = new ArrayList<>();
    for (int server = 0; server < servers; server++) {
      forClients.add(listen(server, 0));
      forServers.add(listen(server, BUS));
    }
    this.ports = List.copyOf(forClients);
    this.busPorts = List.copyOf(forServers);
  }

  private int listen(int server, int offset) {
    NetServer forwarder =
        vertx.createNetServer().connectHandler(near -> new Link(near, server, offset).begin());
    return join(forwarder.listen(0, "127.0.0.1")).actualPort();
  }

  private static <T> T join(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  /** Returns the arguments of a server by which others reach it through its forwarders. */
  List<String> arguments(int server, int port) {
    targets.set(server, port);
    return List.of(
        "--bind-source-addr",
        "127.0.0." + (FIRST_ADDRESS + server),
        "--cluster-announce-ip",
        "127.0.0.1",
        "--cluster-announce-port",
        Integer.toString(port(server)),
        "--cluster-announce-bus-port",
        Integer.toString(busPorts.get(server)));
  }

  /** The port of a server that clients use. */
  int port(int server) {
    return ports.get(server);
  }

  /** The address that a server announces, as {@code CLUSTER NODES} writes it. */
  String announced(int server) {
    return "127.0.0.1:" + port(server) + "@" + busPorts.get(server);
  }

  /** Cuts a server off from all other servers and from clients. */
  void cutOff(int server) {
    apply(server);
  }

  void heal() {
    apply(NONE);
  }

  private void apply(int server) {
    join(
        Future.<Void>future(
            done ->
                vertx.runOnContext(
                    there -> {
                      cut = server;
                      List.copyOf(links).forEach(Link::holdOrPass);
                      done.complete();
                    })));
  }

  /** A connection to a server, of a client or of another server. */
  private final class Link {

    private final NetSocket near;
    private final int server;
    private final int offset;
    private final int source;
    private @Nullable NetSocket far;

    Link(NetSocket near, int server, int offset) {
      this.near = near;
      this.server = server;
      this.offset = offset;
      String address = near.remoteAddress().hostAddress();
      this.source =
          Integer.parseInt(address.substring(address.lastIndexOf('.') + 1)) - FIRST_ADDRESS;
    }

    void begin() {
      near.pause();
      links.add(this);
      near.closeHandler(closed -> end());
      near.exceptionHandler(broken -> {});
      client
          .connect(targets.get(server) + offset, "127.0.0.1")
          .onSuccess(this::join)
          .onFailure(refused -> near.close());
    }

    private void join(NetSocket other) {
      far = other;
      near.handler(other::write);
      other.handler(near::write);
      other.closeHandler(closed -> end());
      other.exceptionHandler(broken -> {});
      holdOrPass();
    }

    void holdOrPass() {
      NetSocket other = far;
      if (other == null) {
        return;
      }
      if (cut != NONE && (cut == server || cut == source)) {
        near.pause();
        other.pause();
      } else {
        near.resume();
        other.resume();
      }
    }

    private void end() {
      links.remove(this);
      near.close();
      if (far != null) {
        far.close();
      }
    }
  }

  @Override
  public void close() {
    join(vertx.close());
  }
}
