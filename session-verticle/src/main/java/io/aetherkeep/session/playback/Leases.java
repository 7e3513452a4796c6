package io.aetherkeep.session.playback;

import java.time.Duration;

/** How long somebody who was heard of is taken to be there. */
public final class Leases {

  /** Renewed every 27 s by who is there, so that one renewal may be lost. */
  public static final Duration LENGTH = Duration.ofSeconds(60);

  /** A disconnected session goes on for so long. */
  public static final Duration GRACE = Duration.ofSeconds(15);

  private Leases() {}
}
