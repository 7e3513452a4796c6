package io.aetherkeep.router.watch;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.stream.StreamFollower;
import io.aetherkeep.router.stream.StreamPiece;
import io.aetherkeep.router.stream.StreamPiece.StreamFormat;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicName;
import io.aetherkeep.router.watch.topic.TopicWatcher;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adapter of a stream to the topic protocol: each part is a change, with the offset to resume from.
 */
final class StreamTopicFollower implements StreamFollower {

  private final TopicName topic;
  private final TopicWatcher watcher;
  private boolean resumed;

  /** Whether data between the last value and the next is lost. */
  private boolean lost;

  private StreamFormat format = StreamFormat.BINARY;
  private @Nullable StreamPiece rest;
  private boolean begun;

  /**
   * Creates a follower.
   *
   * @param resumed whether the watcher gave an offset
   */
  StreamTopicFollower(TopicName topic, TopicWatcher watcher, boolean resumed) {
    this.topic = topic;
    this.watcher = watcher;
    this.resumed = resumed;
  }

  /**
   * Data of a stream's value; at most one of the first three fields is set.
   *
   * @param text of a text stream; whole characters
   * @param messages of a JSON stream
   * @param base64 of any other stream
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record StreamValue(
      @Nullable String text,
      @Nullable Document messages,
      @Nullable String base64,
      @Nullable Boolean upToDate,
      @Nullable Boolean closed,
      @Nullable String stopped,
      @Nullable Boolean abandoned) {}

  @Override
  public void opened(String contentType) {
    format = StreamFormat.of(contentType);
    begin(List.of());
  }

  private void begin(List<SharedFrame> since) {
    if (!begun) {
      begun = true;
      watcher.begun(resumed, since);
    }
  }

  @Override
  public void piece(StreamPiece piece, boolean upToDate, @Nullable End end) {
    StreamPiece all = rest == null ? piece : rest.with(piece);
    StreamPiece sent = end == null ? all.ofWholeCharacters() : all;
    rest = sent.to() < all.to() ? all.after(sent.to()) : null;
    if (!sent.isEmpty()) {
      watcher.receive(frame(sent, upToDate, end));
    }
  }

  private SharedFrame frame(StreamPiece piece, boolean upToDate, @Nullable End end) {
    Buffer body = piece.body();
    StreamValue value =
        new StreamValue(
            format == StreamFormat.TEXT ? body.toString(StandardCharsets.UTF_8) : null,
            format == StreamFormat.JSON ? Document.stored(body) : null,
            format == StreamFormat.BINARY
                ? Base64.getEncoder().encodeToString(body.getBytes())
                : null,
            upToDate ? true : null,
            end == null ? null : true,
            end == null ? null : end.stopped(),
            (end != null && end.abandoned()) ? true : null);
    return change(piece.next(), value);
  }

  private SharedFrame change(String offset, StreamValue value) {
    Document data = Document.stored(Buffer.buffer(RecordJson.write(value)));
    boolean recovered = !lost;
    lost = false;
    return SharedFrame.change(topic, offset, data, recovered);
  }

  @Override
  public void caughtUp(String offset, @Nullable End end) {
    StreamPiece last = rest;
    if (end != null && last != null) {
      rest = null;
      watcher.receive(frame(last, true, end));
    } else if (end != null) {
      boolean abandoned = end.abandoned();
      watcher.receive(
          change(
              offset,
              new StreamValue(
                  null, null, null, true, true, end.stopped(), abandoned ? true : null)));
    }
  }

  @Override
  public void absent() {
    rest = null;
    SharedFrame nothing = SharedFrame.latest(topic, null);
    if (begun) {
      watcher.receive(nothing);
    } else {
      begin(List.of(nothing));
    }
  }

  @Override
  public boolean startsOver() {
    resumed = false;
    lost = true;
    rest = null;
    return true;
  }

  @Override
  public boolean waitsForCreation() {
    return true;
  }

  @Override
  public boolean hasRoom() {
    return watcher.hasRoom();
  }

  @Override
  public boolean mayRead() {
    return watcher.mayRead();
  }

  @Override
  public void hasRead() {
    watcher.hasRead();
  }

  @Override
  public boolean staysThroughOutages() {
    return begun;
  }

  @Override
  public void beat() {}

  @Override
  public void fail(Throwable reason) {
    watcher.fail(reason);
  }

  @Override
  public void closing() {
    watcher.closing();
  }
}
