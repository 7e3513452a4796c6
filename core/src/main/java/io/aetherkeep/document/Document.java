package io.aetherkeep.document;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * JSON that nobody here needs to understand: bytes, checked once when they come in and passed
 * through untouched from Redis to the response.
 */
@JsonSerialize(using = DocumentJson.Writer.class)
@JsonDeserialize(using = DocumentJson.Reader.class)
public final class Document {

  private static final int UNKNOWN = -1;

  private final Buffer bytes;

  /** Counted when first asked for, or where it was received. */
  private int mostMembers;

  /** Worked out when first asked for; the same whoever does it. */
  private @Nullable String version;

  /** Looked into when first asked. */
  private @Nullable Boolean json;

  private Document(Buffer bytes, int mostMembers) {
    this.bytes = bytes;
    this.mostMembers = mostMembers;
  }

  /** What a store holds, whoever wrote it; not looked into. */
  public static Document stored(Buffer bytes) {
    return new Document(bytes, UNKNOWN);
  }

  /** What a client sent, if it is one JSON value in UTF-8; otherwise a {@link Failure}. */
  public static Document received(Buffer bytes) {
    Document document = new Document(bytes, JsonCheck.require(array(bytes)));
    document.json = true;
    return document;
  }

  public static Document of(String json) {
    return received(Buffer.buffer(json));
  }

  /** A text as JSON. */
  public static Document ofText(String text) {
    return stored(Buffer.buffer(JsonSpans.quoted(text)));
  }

  /** Documents in a row, as a JSON array. */
  public static Document array(List<Document> elements) {
    Buffer array = Buffer.buffer("[");
    for (int i = 0; i < elements.size(); i++) {
      array.appendString(i == 0 ? "" : ",").appendBuffer(elements.get(i).bytes);
    }
    return stored(array.appendString("]"));
  }

  /** Documents as the members of a JSON object; one without a value is left out. */
  public static Document object(Map<String, @Nullable Document> members) {
    Buffer object = Buffer.buffer("{");
    members.forEach(
        (name, value) -> {
          if (value != null) {
            object.appendString(object.length() == 1 ? "" : ",");
            object.appendString(JsonSpans.quoted(name)).appendString(":");
            object.appendBuffer(value.bytes);
          }
        });
    return stored(object.appendString("}"));
  }

  /** The elements of an array, each as its very bytes; a {@link Failure} if it is none. */
  public List<Document> elements() {
    try {
      List<Document> elements = new ArrayList<>();
      for (int[] span : JsonSpans.elements(array())) {
        elements.add(part(span[0], span[1]));
      }
      return elements;
    } catch (JsonScanner.Fault e) {
      throw Failure.of(Code.UNREADABLE_VALUE, "The stored value is not a JSON array");
    }
  }

  /** The bytes; not to be written to. */
  public Buffer bytes() {
    return bytes;
  }

  /** The bytes in an array, which may be this document's own; not to be written to. */
  byte[] array() {
    return array(bytes);
  }

  private static byte[] array(Buffer bytes) {
    ByteBuf all = ((BufferInternal) bytes).getByteBuf();
    boolean own = all.hasArray() && all.arrayOffset() == 0 && all.array().length == bytes.length();
    return own ? all.array() : bytes.getBytes();
  }

  /** Some of the bytes, where they are. */
  Document part(int start, int end) {
    return stored(bytes.slice(start, end));
  }

  /** How many members its largest object has; 0 where it is not JSON. */
  public int mostMembers() {
    int known = mostMembers;
    if (known == UNKNOWN) {
      known = JsonCheck.mostMembers(array());
      mostMembers = known;
    }
    return known;
  }

  public int length() {
    return bytes.length();
  }

  /** Whether it can stand inside other JSON, which a foreign writer's bytes may not. */
  public boolean isJson() {
    Boolean known = json;
    if (known == null) {
      known = JsonCheck.passes(array());
      json = known;
    }
    return known;
  }

  /** Itself, once it is known whether it is JSON; of a large one that is looked into elsewhere. */
  public Future<Document> checked() {
    return Offload.run(
        json == null ? length() : 0,
        () -> {
          isJson();
          return this;
        });
  }

  /**
   * What tells these bytes from others, for an entity tag.
   *
   * <p>Two independent checksums that the processor computes by itself and the length: a tenth of
   * the time of a digest, and nobody gains by making two of their own values look alike.
   */
  public String version() {
    String known = version;
    if (known == null) {
      known = version(((BufferInternal) bytes).getByteBuf().nioBuffer());
      version = known;
    }
    return known;
  }

  /** The same document in bytes of its own, which keep no larger buffer from being freed. */
  public Document compact() {
    Document compact = new Document(Buffer.buffer(bytes.getBytes()), mostMembers);
    compact.version = version;
    compact.json = json;
    return compact;
  }

  /** The version of bytes that stand in several places. */
  static String version(ByteBuffer... parts) {
    CRC32C castagnoli = new CRC32C();
    CRC32 ethernet = new CRC32();
    int length = 0;
    for (ByteBuffer part : parts) {
      length += part.remaining();
      castagnoli.update(part.duplicate());
      ethernet.update(part);
    }
    long both = castagnoli.getValue() << Integer.SIZE | ethernet.getValue();
    return Long.toHexString(both) + "-" + Integer.toHexString(length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Document document && bytes.equals(document.bytes);
  }

  @Override
  public int hashCode() {
    return bytes.hashCode();
  }

  /** The JSON itself: for tests and debuggers, never for logs. */
  @Override
  public String toString() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
