package io.aetherkeep.status.store;

import io.aetherkeep.document.Document;
import io.aetherkeep.document.Members;
import io.aetherkeep.status.settings.StatusKind;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Status in its stored form: a string, or the names and values of a hash, sorted by name. */
public record StoredStatus(List<Buffer> parts) {

  private static final String NUMBER = "-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?";

  public StoredStatus {
    parts = List.copyOf(parts);
  }

  static StoredStatus text(Buffer text) {
    return new StoredStatus(List.of(text));
  }

  /** Sorts a hash, which Redis replies in any order. */
  public static StoredStatus hash(List<Buffer> pairs) {
    Map<byte[], Buffer> sorted = new TreeMap<>(Arrays::compareUnsigned);
    for (int i = 0; i < pairs.size(); i += 2) {
      sorted.put(pairs.get(i).getBytes(), pairs.get(i + 1));
    }
    List<Buffer> parts = new ArrayList<>(pairs.size());
    sorted.forEach(
        (name, text) -> {
          parts.add(Buffer.buffer(name));
          parts.add(text);
        });
    return new StoredStatus(parts);
  }

  /** Encodes a document; a hash has no null, and holds nested objects as JSON text. */
  public static StoredStatus of(StatusKind kind, Document document) {
    if (!kind.isHash()) {
      return text(document.bytes());
    }
    Members members = Members.of(document);
    List<Buffer> pairs = new ArrayList<>();
    for (String name : members.names()) {
      String text = members.text(name);
      if (text != null) {
        pairs.add(Buffer.buffer(name));
        pairs.add(Buffer.buffer(text));
      }
    }
    return hash(pairs);
  }

  /** Returns a document as its readers see it once it is stored: a hash holds texts. */
  static Document readBack(StatusKind kind, Document document) {
    return kind.isHash() ? of(kind, document).document(kind) : document;
  }

  /** Decodes the document that clients see. */
  public Document document(StatusKind kind) {
    if (!kind.isHash()) {
      return Document.stored(parts.get(0));
    }
    Map<String, @Nullable Document> fields = new LinkedHashMap<>();
    // Known fields first, for readability.
    fields.put("status", null);
    fields.put("progress", null);
    for (int i = 0; i < parts.size(); i += 2) {
      String name = parts.get(i).toString(StandardCharsets.UTF_8);
      String text = parts.get(i + 1).toString(StandardCharsets.UTF_8);
      boolean number = name.equals("progress") && text.matches(NUMBER);
      Document json = Document.stored(parts.get(i + 1));
      fields.put(name, number && json.isJson() ? json : Document.ofText(text));
    }
    return Document.object(fields);
  }

  int length() {
    return parts.stream().mapToInt(Buffer::length).sum();
  }

  /** Digest of the stored bytes; update.lua computes the same. */
  public String digest() {
    MessageDigest digest = sha1();
    for (int i = 0; i < parts.size(); i++) {
      if (i > 0) {
        digest.update((byte) '\n');
      }
      digest.update(parts.get(i).getBytes());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-1", e);
    }
  }
}
