package io.aetherkeep.launcher.migrate;

import java.nio.charset.StandardCharsets;

/**
 * Names of a key in the source and in the target. Keys may be any bytes, so each name is a text
 * with one character per byte.
 */
record MovedKey(String from, String to) {

  static String text(byte[] key) {
    return new String(key, StandardCharsets.ISO_8859_1);
  }

  static byte[] bytes(String key) {
    return key.getBytes(StandardCharsets.ISO_8859_1);
  }

  byte[] source() {
    return bytes(from);
  }

  byte[] target() {
    return bytes(to);
  }

  /** The source's name, printable. */
  @Override
  public String toString() {
    return new String(source(), StandardCharsets.UTF_8);
  }
}
