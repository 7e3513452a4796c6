package io.aetherkeep.router.watch;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.keyspace.Document;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A value of a topic as it is told, written out once for all who watch it. */
public final class Push {

  /** The offset of a topic that has no value yet. */
  static final String NOTHING = "none";

  private final String topic;
  private final String offset;
  private final @Nullable Document data;
  private final boolean latest;
  private final @Nullable Boolean recovered;
  private byte @Nullable [] frame;
  private @Nullable Buffer lines;

  private Push(
      String topic,
      String offset,
      @Nullable Document data,
      boolean latest,
      @Nullable Boolean recovered) {
    this.topic = topic;
    this.offset = offset;
    this.data = data;
    this.latest = latest;
    this.recovered = recovered;
  }

  /** A value of which only the newest counts; none where there is nothing now. */
  static Push latest(String topic, @Nullable Document data) {
    return new Push(topic, data == null ? NOTHING : data.version(), data, true, null);
  }

  /** Says that there is no value yet, of a topic each of whose changes counts. */
  static Push nothingYet(String topic) {
    return new Push(topic, NOTHING, null, false, null);
  }

  /** A change each of which counts. */
  static Push change(String topic, String offset, Document data, boolean recovered) {
    return new Push(topic, offset, data, false, recovered ? null : Boolean.FALSE);
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Frame(
      String event,
      String topic,
      String offset,
      @Nullable Boolean recovered,
      @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Document data) {}

  private record Gone(String event, String topic, FrameError error) {}

  /** Says that there is nothing to watch any more. */
  public static byte[] gone(String topic, Failure why) {
    return FrameEncoder.json(new Gone("gone", topic, FrameError.of(why)));
  }

  /** The same as a server-sent event, whatever was followed. */
  static Buffer goneLines(Throwable why) {
    String code = Failure.from(why).code().text();
    return Buffer.buffer("event: gone\ndata: {\"code\":\"" + code + "\"}\n\n");
  }

  public String topic() {
    return topic;
  }

  String offset() {
    return offset;
  }

  /** Whether an older one that was not sent yet need not be sent. */
  public boolean isLatest() {
    return latest;
  }

  private String event() {
    int slash = topic.indexOf('/');
    return slash < 0 ? topic : topic.substring(0, slash);
  }

  /** As it goes over a socket's wire. */
  public byte[] frame() {
    byte[] written = frame;
    if (written == null) {
      written = FrameEncoder.json(new Frame(event(), topic, offset, recovered, data));
      frame = written;
    }
    return written;
  }

  /** As a server-sent event. */
  Buffer lines() {
    Buffer written = lines;
    if (written == null) {
      String value = data == null ? "null" : data.toString();
      written =
          Buffer.buffer("id: " + offset + "\nevent: " + event() + "\ndata: ")
              .appendString(value.replaceAll("\r\n|\r|\n", "\ndata: "))
              .appendString("\n\n");
      lines = written;
    }
    return written;
  }
}
