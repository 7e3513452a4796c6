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
 * JSON document as opaque bytes: validated once on input, then passed unchanged from Redis to the
 * response.
 */
@JsonSerialize(using = DocumentJson.Writer.class)
@JsonDeserialize(using = DocumentJson.Reader.class)
public final class Document {

  private static final int UNKNOWN = -1;

  private final Buffer bytes;

  /** Computed on first use, or when the document is received. */
  private int mostMembers;

  /** Computed on first use; a race is harmless. */
  private @Nullable String version;

  /** Computed on first use. */
  private @Nullable Boolean json;

  private Document(Buffer bytes, int mostMembers) {
    this.bytes = bytes;
    this.mostMembers = mostMembers;
  }

  /** A document from a store, unvalidated, because another service may have written it. */
  public static Document stored(Buffer bytes) {
    return new Document(bytes, UNKNOWN);
  }

  /** A document from a client; throws a {@link Failure} unless it is one JSON value in UTF-8. */
  public static Document received(Buffer bytes) {
    Document document = new Document(bytes, JsonCheck.require(array(bytes)));
    document.json = true;
    return document;
  }

  /** A document that this package wrote, which is JSON. */
  static Document written(Buffer json) {
    Document document = stored(json);
    document.json = true;
    return document;
  }

  public static Document of(String json) {
    return received(Buffer.buffer(json));
  }

  /** A JSON string. */
  public static Document ofText(String text) {
    return stored(Buffer.buffer(JsonSpans.quoted(text)));
  }

  /** A JSON array of documents. */
  public static Document array(List<Document> elements) {
    Buffer array = Buffer.buffer("[");
    for (int i = 0; i < elements.size(); i++) {
      array.appendString(i == 0 ? "" : ",").appendBuffer(elements.get(i).bytes);
    }
    return stored(array.appendString("]"));
  }

  /** A JSON object of documents; a null value is left out. */
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

  /**
   * The elements of an array, each with its original bytes; throws a {@link Failure} if the
   * document is no array.
   */
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

  /**
   * The complete elements within the end of an array; throws a {@link Failure} if they are not
   * JSON.
   */
  public static List<Document> elementsOfEnd(Buffer end) {
    int first = JsonSpans.firstComplete(array(end));
    return first == end.length()
        ? List.of()
        : stored(Buffer.buffer("[").appendBuffer(end.slice(first, end.length()))).elements();
  }

  /** The bytes; read-only. */
  public Buffer bytes() {
    return bytes;
  }

  /** The bytes as an array, possibly this document's own; read-only. */
  byte[] array() {
    return array(bytes);
  }

  /** The bytes of a buffer as an array, possibly the buffer's own; read-only. */
  public static byte[] array(Buffer bytes) {
    ByteBuf all = ((BufferInternal) bytes).getByteBuf();
    boolean own = all.hasArray() && all.arrayOffset() == 0 && all.array().length == bytes.length();
    return own ? all.array() : bytes.getBytes();
  }

  /** A slice of the document, which shares its bytes. */
  Document part(int start, int end) {
    return stored(bytes.slice(start, end));
  }

  /** Records what a parse has found: that it is JSON, and the members of its largest object. */
  void parsed(int members) {
    mostMembers = members;
    json = true;
  }

  /** The number of members of its largest object; 0 if it is not JSON. */
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

  /** Whether it is JSON, which bytes written by another service may not be. */
  public boolean isJson() {
    Boolean known = json;
    if (known == null) {
      known = JsonCheck.passes(array());
      json = known;
    }
    return known;
  }

  /** This document after its validation, which a worker thread does if it is large. */
  public Future<Document> checked() {
    return Offload.run(
        json == null ? length() : 0,
        () -> {
          isJson();
          return this;
        });
  }

  /**
   * Version of these bytes, for an entity tag.
   *
   * <p>Two independent checksums with processor support, and the length: they take a tenth of the
   * time of a digest, and an attacker gains nothing from a collision of their own values.
   */
  public String version() {
    String known = version;
    if (known == null) {
      known = version(((BufferInternal) bytes).getByteBuf().nioBuffer());
      version = known;
    }
    return known;
  }

  /** A copy of the document that does not keep a larger buffer in memory. */
  public Document compact() {
    Document compact = new Document(Buffer.buffer(bytes.getBytes()), mostMembers);
    compact.version = version;
    compact.json = json;
    return compact;
  }

  /** The version of bytes in several parts. */
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
