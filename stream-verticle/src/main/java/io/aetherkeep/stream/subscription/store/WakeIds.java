package io.aetherkeep.stream.subscription.store;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Ids of wakes: 96 random bits, so that each is unique. */
final class WakeIds {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 12;

  private WakeIds() {}

  static String fresh() {
    byte[] random = new byte[BYTES];
    RANDOM.nextBytes(random);
    return "w_" + HexFormat.of().formatHex(random);
  }
}
