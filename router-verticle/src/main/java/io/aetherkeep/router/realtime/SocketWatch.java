package io.aetherkeep.router.realtime;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.watch.WatchHub;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.router.watch.topic.TopicWatcher;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Watch of a topic by one socket. */
final class SocketWatch implements TopicWatcher {

  private final Socket socket;
  private final TopicName name;
  private final Promise<Boolean> recovered = Promise.promise();

  /** Values that arrived before the answer to the watch was sent. */
  private @Nullable List<SharedFrame> held = new ArrayList<>();

  /**
   * Values that wait for room outside of the socket's queue: the first ones of the watch, or the
   * newest one of a topic that delivers only that, which holds it too. Null if none waits.
   */
  private @Nullable Deque<SharedFrame> waiting;

  private WatchHub.@Nullable Subscription subscription;
  private boolean over;

  SocketWatch(Socket socket, TopicName name) {
    this.socket = socket;
    this.name = name;
  }

  /** Begins the watch; completes with whether no change is missing since the offset. */
  Future<Boolean> begin(WatchHub hub, @Nullable String after) {
    WatchHub.Subscription fresh = hub.watch(name, after, this);
    subscription = fresh;
    if (over) {
      fresh.leave();
    }
    return recovered.future();
  }

  @Override
  public void begun(boolean complete, List<SharedFrame> since) {
    since.forEach(this::receive);
    recovered.tryComplete(complete);
  }

  @Override
  public void receive(SharedFrame frame) {
    if (over) {
      return;
    }
    if (held == null) {
      send(frame, frame.isLatest());
      return;
    }
    if (frame.isLatest()) {
      held.clear();
    }
    held.add(frame);
  }

  /** Sends the held values, once the answer to the watch was sent. */
  void release() {
    List<SharedFrame> values = held;
    held = null;
    if (values != null && !over) {
      values.forEach(value -> send(value, true));
      resume();
    }
  }

  /**
   * Sends a value, after one that waits or instead of it.
   *
   * @param mayWait whether it may wait for room outside of the socket's queue
   */
  private void send(SharedFrame frame, boolean mayWait) {
    if (over) {
      return;
    }
    if (waiting != null && frame.isLatest()) {
      waiting.clear();
      waiting.add(frame);
      socket.countReplaced();
    } else if (mayWait && (waiting != null || !socket.writer().hasRoom())) {
      await(frame);
    } else {
      flush();
      socket.push(frame);
    }
  }

  private void await(SharedFrame frame) {
    if (waiting == null) {
      waiting = new ArrayDeque<>(1);
      socket.watches().await(this);
    }
    waiting.add(frame);
  }

  /** Sends the values that wait, before one that may not. */
  private void flush() {
    if (waiting != null) {
      socket.watches().endWait(this);
      while (sendNext()) {
        // More values wait.
      }
    }
  }

  /** Sends the next value that waits; returns whether more do. */
  boolean sendNext() {
    SharedFrame next = waiting == null ? null : waiting.poll();
    if (waiting != null && waiting.isEmpty()) {
      waiting = null;
    }
    if (next != null) {
      socket.push(next);
    }
    return waiting != null;
  }

  int waitingBytes() {
    return waiting == null ? 0 : waiting.stream().mapToInt(SharedFrame::length).sum();
  }

  @Override
  public void fail(Throwable reason) {
    over = true;
    waiting = null;
    if (socket.watches().remove(name.text(), this) && !recovered.tryFail(reason)) {
      socket.send(SharedFrame.endFrame(name.text(), Failure.from(reason)));
    }
  }

  @Override
  public boolean hasRoom() {
    return (held == null || held.isEmpty()) && waiting == null && socket.writer().hasRoom();
  }

  /** Lets one stream read at a time: the parts of all at once would exceed the socket's queue. */
  @Override
  public boolean mayRead() {
    return hasRoom() && socket.watches().mayRead(this);
  }

  @Override
  public void hasRead() {
    socket.watches().hasRead(this);
  }

  /** Continues after the socket had no room. */
  void resume() {
    if (subscription != null && !over) {
      subscription.resume();
    }
  }

  /** Ends the watch, and fails it if it has not begun. */
  void leave() {
    over = true;
    waiting = null;
    recovered.tryFail(Failure.of(Code.WRONG_ORDER, "The topic was unwatched before it began"));
    if (subscription != null) {
      subscription.leave();
    }
  }
}
