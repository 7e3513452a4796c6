package io.aetherkeep.router;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;

/** Where every request comes in: it gets its name, is looked at, routed, and logged when done. */
final class Door implements Handler<HttpServerRequest> {

  private final Router router;
  private final Problems problems;
  private final AccessLogger log;

  Door(Router router, Problems problems, AccessLogger log) {
    this.router = router;
    this.problems = problems;
    this.log = log;
  }

  @Override
  public void handle(HttpServerRequest request) {
    RequestId.give(request);
    log.follow(request);
    if (Percent.isSound(request.uri())) {
      router.handle(request);
    } else {
      problems.send(
          request,
          Failure.of(Code.INVALID_REQUEST, "A '%' in the address is not followed by two digits"));
    }
  }
}
