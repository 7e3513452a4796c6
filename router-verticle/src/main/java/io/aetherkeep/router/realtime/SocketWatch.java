package io.aetherkeep.router.realtime;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.watch.SharedFrame;
import io.aetherkeep.router.watch.TopicName;
import io.aetherkeep.router.watch.TopicWatcher;
import io.aetherkeep.router.watch.WatchHub;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A topic as one socket watches it. */
final class SocketWatch implements TopicWatcher {

  private final Socket socket;
  private final TopicName name;
  private final Promise<Boolean> recovered = Promise.promise();

  /** What is told before the socket was told that it watches. */
  private @Nullable List<SharedFrame> held = new ArrayList<>();

  private WatchHub.@Nullable Subscription leaving;
  private boolean over;

  SocketWatch(Socket socket, TopicName name) {
    this.socket = socket;
    this.name = name;
  }

  /** Watches; answers whether nothing is missing since an offset. */
  Future<Boolean> begin(WatchHub hub, @Nullable String after) {
    WatchHub.Subscription way = hub.watch(name, after, this);
    leaving = way;
    if (over) {
      way.leave();
    }
    return recovered.future();
  }

  @Override
  public void begun(boolean complete, List<SharedFrame> since) {
    since.forEach(this::told);
    recovered.tryComplete(complete);
  }

  @Override
  public void told(SharedFrame frame) {
    if (over) {
      return;
    }
    if (held == null) {
      socket.push(frame);
    } else {
      held.add(frame);
    }
  }

  /** The socket has been told that it watches; now comes what it sees. */
  void release() {
    List<SharedFrame> waiting = held;
    held = null;
    if (waiting != null && !over) {
      waiting.forEach(socket::push);
      resume();
    }
  }

  @Override
  public void gone(Throwable why) {
    over = true;
    if (socket.watches().remove(name.text(), this) && !recovered.tryFail(why)) {
      socket.send(SharedFrame.gone(name.text(), Failure.from(why)));
    }
  }

  @Override
  public boolean hasRoom() {
    return (held == null || held.isEmpty()) && socket.writer().hasRoom();
  }

  /** One after the other: what many streams have at once is more than a socket takes. */
  @Override
  public boolean mayRead() {
    return hasRoom() && socket.mayRead(this);
  }

  @Override
  public void hasRead() {
    socket.hasRead(this);
  }

  /** The socket takes more again. */
  void resume() {
    if (leaving != null && !over) {
      leaving.resume();
    }
  }

  /** Whoever still waits for it to begin is told that it does not. */
  void leave() {
    over = true;
    recovered.tryFail(Failure.of(Code.WRONG_ORDER, "The topic was unwatched before it began"));
    if (leaving != null) {
      leaving.leave();
    }
  }
}
