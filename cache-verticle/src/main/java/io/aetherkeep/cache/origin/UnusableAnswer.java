package io.aetherkeep.cache.origin;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;

/**
 * Failure of one load whose origin did answer, but with something that cannot be used, such as a
 * value that is too large. It says nothing about loads of other ids.
 */
public final class UnusableAnswer extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final Failure failure;

  public UnusableAnswer(String detail) {
    super(detail, null, false, false);
    this.failure = Failure.of(Code.ORIGIN_UNAVAILABLE, detail);
  }

  /** The failure that its readers get. */
  public Failure failure() {
    return failure;
  }
}
