package io.aetherkeep.router.stream;

/** Functions on the text of offsets. */
final class StreamOffset {

  private StreamOffset() {}

  /** The position of an offset. */
  static long position(String offset) {
    return Long.parseLong(offset, offset.indexOf('_') + 1, offset.length(), 10);
  }

  /** The offset with another position in the same epoch. */
  static String moved(String offset, long position) {
    int start = offset.indexOf('_') + 1;
    String digits = Long.toString(position);
    return offset.substring(0, start)
        + "0".repeat(offset.length() - start - digits.length())
        + digits;
  }
}
