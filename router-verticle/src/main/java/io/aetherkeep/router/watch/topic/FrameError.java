package io.aetherkeep.router.watch.topic;

import io.aetherkeep.bus.Failure;

/** Error in a WebSocket frame, with the same code as over HTTP. */
public record FrameError(String code, String title, String detail, boolean retry) {

  public static FrameError of(Failure failure) {
    return new FrameError(
        failure.code().text(),
        failure.code().title(),
        failure.detail(),
        failure.code().kind().retry());
  }
}
