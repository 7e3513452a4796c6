package io.aetherkeep.router.stream;

import io.aetherkeep.catalogue.StreamAsks.StreamInfo;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Read of a stream's description, one at a time. A read that fails is repeated if the stream may
 * have been created since it began, because no other event may follow.
 */
final class StreamOpening {

  private final Supplier<Future<StreamInfo>> read;
  private final Supplier<List<FollowerCursor>> followers;
  private final Consumer<StreamInfo> opened;
  private final BiConsumer<List<FollowerCursor>, Throwable> failed;
  private boolean reading;

  /** Whether a follower joined since the read began. */
  private boolean joined;

  /** Whether the stream was created since the read began. */
  private boolean created;

  /**
   * Creates an opening that has not begun.
   *
   * @param followers the present followers
   * @param failed receives a failure and the followers that it concerns
   */
  StreamOpening(
      Supplier<Future<StreamInfo>> read,
      Supplier<List<FollowerCursor>> followers,
      Consumer<StreamInfo> opened,
      BiConsumer<List<FollowerCursor>, Throwable> failed) {
    this.read = read;
    this.followers = followers;
    this.opened = opened;
    this.failed = failed;
  }

  /** Reads the description for a follower that has joined. */
  void join() {
    joined = reading;
    begin();
  }

  /** Reads the description of a stream that may have been created now. */
  void created() {
    created = reading;
    begin();
  }

  /** Reads the description, unless a read is in progress. */
  void begin() {
    if (!reading) {
      reading = true;
      joined = false;
      created = false;
      List<FollowerCursor> waiting = followers.get();
      read.get().onComplete(this::succeeded, thrown -> failed(waiting, thrown));
    }
  }

  private void succeeded(StreamInfo stream) {
    reading = false;
    opened.accept(stream);
  }

  /** Those who joined during the read wait for the next one, and all if the stream was created. */
  private void failed(List<FollowerCursor> waiting, Throwable thrown) {
    reading = false;
    boolean again = joined || created;
    if (!created) {
      failed.accept(waiting, thrown);
    }
    if (again) {
      begin();
    }
  }
}
