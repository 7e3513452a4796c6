package io.aetherkeep.document;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.document.JsonScanner.Fault;

/** Strict validator of one JSON value in UTF-8: what it accepts, every JSON parser reads alike. */
public final class JsonCheck {

  private JsonCheck() {}

  /** The number of members of its largest object; throws a {@link Failure} if it is not JSON. */
  public static int require(byte[] bytes) {
    try {
      return scan(bytes);
    } catch (Fault e) {
      throw Failure.of(Code.INVALID_BODY, String.valueOf(e.getMessage()));
    }
  }

  public static boolean passes(byte[] bytes) {
    try {
      scan(bytes);
      return true;
    } catch (Fault e) {
      return false;
    }
  }

  static int mostMembers(byte[] bytes) {
    try {
      return scan(bytes);
    } catch (Fault e) {
      return 0;
    }
  }

  private static int scan(byte[] bytes) throws Fault {
    // A zero byte means UTF-16 or UTF-32, which some parsers would detect and accept.
    if (bytes.length > 0 && (bytes[0] == 0 || (bytes.length > 1 && bytes[1] == 0))) {
      throw new Fault("The body is not UTF-8");
    }
    if (bytes.length > 2 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB) {
      throw new Fault("The body starts with a byte order mark, which JSON has none of");
    }
    JsonScanner scanner = new JsonScanner(bytes);
    if (scanner.isBlank()) {
      throw new Fault("The body is empty");
    }
    scanner.value();
    scanner.end();
    return scanner.mostMembers();
  }
}
