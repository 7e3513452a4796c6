package io.aetherkeep.client.realtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** TCP relay to a node that a test can cut; while it is cut, it accepts no connections. */
final class CuttableRelay implements AutoCloseable {

  private final ServerSocket door;
  private final URI node;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean cut;

  CuttableRelay(URI node) throws IOException {
    this.node = node;
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::admit);
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + door.getLocalPort());
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "relay");
    thread.setDaemon(true);
    thread.start();
  }

  private void admit() {
    try {
      while (true) {
        Socket client = door.accept();
        if (cut) {
          client.close();
        } else {
          Socket server = new Socket(node.getHost(), node.getPort());
          sockets.addAll(List.of(client, server));
          daemon(() -> copy(client, server));
          daemon(() -> copy(server, client));
        }
      }
    } catch (IOException e) {
      // The test has closed it.
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One of the two peers has disconnected.
    }
  }

  void cut() {
    cut = true;
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    sockets.clear();
  }

  void mend() {
    cut = false;
  }

  @Override
  public void close() throws IOException {
    door.close();
    cut();
  }
}
