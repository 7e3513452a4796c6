package io.aetherkeep.router.stream;

/** What the router needs to know of an offset's text: how far it is from the beginning. */
final class StreamOffset {

  private StreamOffset() {}

  /** The position that stands at the end of an offset. */
  static long position(String offset) {
    return Long.parseLong(offset, offset.indexOf('_') + 1, offset.length(), 10);
  }

  /** The offset of a position a little before another one. */
  static String moved(String offset, long position) {
    int start = offset.indexOf('_') + 1;
    String digits = Long.toString(position);
    return offset.substring(0, start)
        + "0".repeat(offset.length() - start - digits.length())
        + digits;
  }
}
