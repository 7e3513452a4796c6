package io.aetherkeep.router.watch.topic;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.CancelAsks.CancelRequest;
import io.aetherkeep.catalogue.StatusAsks.Children;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.document.Document;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Encoded value of a topic: encoded once for each transport and shared by all its watchers. */
public final class SharedFrame {

  /** Offset of a topic without a value. */
  public static final String NOTHING = "none";

  private static final String GAP = "event: gap\ndata: {\"recovered\":false}\n\n";
  private static final Buffer NULL = Buffer.buffer("null");

  private final TopicName name;
  private final String offset;

  /** Encodes the value on first use; null if it is encoded, or if there is none. */
  private @Nullable Supplier<Document> encoder;

  private @Nullable Document data;
  private final boolean recovered;
  private final @Nullable Status status;
  private byte @Nullable [] frame;
  private @Nullable Buffer lines;

  private SharedFrame(
      TopicName name,
      String offset,
      @Nullable Document data,
      boolean recovered,
      @Nullable Status status) {
    this.name = name;
    this.offset = offset;
    this.data = data;
    this.recovered = recovered;
    this.status = status;
  }

  /** Creates the frame of the present value, or of its absence. */
  public static SharedFrame latest(TopicName name, TopicKind.@Nullable Present now) {
    return now == null ? new SharedFrame(name, NOTHING, null, true, null) : present(name, now);
  }

  private static SharedFrame present(TopicName name, TopicKind.Present now) {
    SharedFrame frame = new SharedFrame(name, now.version(), null, true, null);
    frame.encoder = now.encoder();
    return frame;
  }

  /** Creates the frame of a change, in a topic that delivers each change. */
  public static SharedFrame change(
      TopicName name, String offset, Document data, boolean recovered) {
    return new SharedFrame(name, offset, data, recovered, null);
  }

  /** Creates the frame that reports lost changes, in a topic without a current value. */
  public static SharedFrame gap(TopicName name) {
    return new SharedFrame(name, NOTHING, null, false, null);
  }

  /**
   * Creates the frame of a change of a status.
   *
   * @param recovered whether no change is missing since the one before
   */
  public static SharedFrame of(TopicName name, Status status, boolean recovered) {
    return new SharedFrame(name, status.offset(), status.document(), recovered, status);
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Frame(
      String event,
      String topic,
      String offset,
      @Nullable Boolean recovered,
      @Nullable CancelRequest cancelRequested,
      @Nullable Children children,
      @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Document data) {}

  private record Gone(String event, String topic, FrameError error) {}

  /** Encodes the WebSocket frame that ends a topic. */
  public static byte[] endFrame(String topic, Failure reason) {
    return FrameEncoder.json(new Gone("gone", topic, FrameError.of(reason)));
  }

  /** Encodes the server-sent event that ends a topic. */
  public static Buffer endEvent(Throwable reason) {
    String code = Failure.from(reason).code().text();
    return Buffer.buffer("event: gone\ndata: {\"code\":\"" + code + "\"}\n\n");
  }

  public String topic() {
    return name.text();
  }

  public String offset() {
    return offset;
  }

  public boolean recovered() {
    return recovered;
  }

  /** Returns the whole status, or null for other topics. */
  public @Nullable Status status() {
    return status;
  }

  /** Returns the value, or null if there is none. */
  public @Nullable Document data() {
    Supplier<Document> fresh = encoder;
    if (fresh != null) {
      data = fresh.get();
      encoder = null;
    }
    return data;
  }

  public boolean hasValue() {
    return data != null || encoder != null;
  }

  /** Returns the entity tag of the value. */
  public String version() {
    return status == null ? offset : status.version();
  }

  /** Returns the size of the value in bytes. */
  public int length() {
    Document value = data();
    return value == null ? 0 : value.length();
  }

  /** Whether this is the next change after an offset. */
  public boolean follows(String earlier) {
    return status != null
        && earlier.equals(Objects.requireNonNullElse(status.previous(), Status.BEGINNING));
  }

  /** Whether no change follows this one. */
  public boolean isLast() {
    return status != null && status.terminal();
  }

  /** Whether a newer frame replaces this one while it waits to be sent. */
  public boolean isLatest() {
    return name.kind().isLatest();
  }

  /** Returns the value as WebSocket frames. */
  public byte[] frame() {
    byte[] written = frame;
    if (written == null) {
      Boolean lost = recovered ? null : Boolean.FALSE;
      CancelRequest cancel = status == null ? null : status.cancelRequested();
      written =
          FrameEncoder.json(
              new Frame(
                  name.kind().event(), name.text(), offset, lost, cancel, children(), data()));
      frame = written;
    }
    return written;
  }

  /**
   * Returns the value as server-sent events: a gap event if changes are missing, the value, a
   * cancel-requested event if its attempt is to be cancelled, a children event if the status has
   * children.
   */
  public Buffer lines() {
    Buffer written = lines;
    if (written == null) {
      Document value = data();
      if (value == null && !recovered) {
        lines = Buffer.buffer(GAP);
        return lines;
      }
      String fields =
          (recovered ? "" : GAP)
              + (value != null || isLatest() ? "id: " + offset + "\n" : "")
              + ("event: " + name.kind().event(value != null) + "\n");
      written = EventLines.of(fields, value == null ? NULL : value.bytes());
      CancelRequest cancel = status == null ? null : status.cancelRequested();
      if (cancel != null) {
        written.appendBuffer(
            EventLines.of("event: cancel-requested\n", Buffer.buffer(RecordJson.write(cancel))));
      }
      Children children = children();
      if (children != null) {
        written.appendBuffer(
            EventLines.of("event: children\n", Buffer.buffer(RecordJson.write(children))));
      }
      lines = written;
    }
    return written;
  }

  private @Nullable Children children() {
    return status == null ? null : status.children();
  }
}
