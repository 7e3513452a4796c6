package io.aetherkeep.session.playback;

import java.time.Duration;

/** Lengths of presence leases. */
public final class Leases {

  /** Length of a lease. Connections renew it every 27 s, so that one renewal may be lost. */
  public static final Duration LENGTH = Duration.ofSeconds(60);

  /** Grace period in which a disconnected session continues to play. */
  public static final Duration GRACE = Duration.ofSeconds(15);

  private Leases() {}
}
