package io.aetherkeep.session.layout;

import java.security.SecureRandom;
import java.util.Base64;

/** Generator of unguessable ids. */
public final class SessionIds {

  private static final SecureRandom RANDOM = new SecureRandom();

  private static final int BITS = 192;

  private SessionIds() {}

  public static String fresh() {
    byte[] bytes = new byte[BITS / Byte.SIZE];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
