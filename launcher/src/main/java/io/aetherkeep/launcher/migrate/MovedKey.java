package io.aetherkeep.launcher.migrate;

import java.nio.charset.StandardCharsets;

/** A key and its name in the target, each a text of one character a byte: keys may be any bytes. */
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

  /** The source's name for people. */
  @Override
  public String toString() {
    return new String(source(), StandardCharsets.UTF_8);
  }
}
