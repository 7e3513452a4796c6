package io.aetherkeep.router;

import io.aetherkeep.bus.Failure;

/** A failure as a frame tells it, with the same code as over HTTP. */
record FrameError(String code, String title, String detail, boolean retry) {

  static FrameError of(Failure failure) {
    return new FrameError(
        failure.code().text(),
        failure.code().title(),
        failure.detail(),
        failure.code().kind().retry());
  }
}
