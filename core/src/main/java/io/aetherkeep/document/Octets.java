package io.aetherkeep.document;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.vertx.core.buffer.Buffer;
import java.util.Base64;

/**
 * Bytes in a record: by reference inside a JVM, base64 (RFC 4648) in JSON.
 *
 * <p>The buffer is read-only.
 */
public final class Octets {

  public static final Octets NONE = new Octets(Buffer.buffer());

  private final Buffer bytes;

  private Octets(Buffer bytes) {
    this.bytes = bytes;
  }

  public static Octets of(Buffer bytes) {
    return bytes.length() == 0 ? NONE : new Octets(bytes);
  }

  @JsonCreator
  static Octets decoded(String base64) {
    return of(Buffer.buffer(Base64.getDecoder().decode(base64)));
  }

  @JsonValue
  String encoded() {
    return Base64.getEncoder().encodeToString(bytes.getBytes());
  }

  public Buffer bytes() {
    return bytes;
  }

  public int length() {
    return bytes.length();
  }

  public boolean isEmpty() {
    return bytes.length() == 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Octets octets && bytes.equals(octets.bytes);
  }

  @Override
  public int hashCode() {
    return bytes.hashCode();
  }

  /** The length only: the content must not be logged. */
  @Override
  public String toString() {
    return bytes.length() + " bytes";
  }
}
