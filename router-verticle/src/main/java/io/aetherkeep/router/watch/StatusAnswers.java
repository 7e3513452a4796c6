package io.aetherkeep.router.watch;

import io.aetherkeep.catalogue.StatusAsks.Estimate;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusAsks.StatusWritten;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.EntityTags;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** HTTP answers of statuses: the document is the body, its metadata are headers. */
public final class StatusAnswers {

  private static final CharSequence AGE = HttpHeaders.createOptimized("Age");
  private static final CharSequence ATTEMPT = HttpHeaders.createOptimized("Status-Attempt");
  private static final CharSequence OFFSET = HttpHeaders.createOptimized("Status-Offset");
  private static final CharSequence ESTIMATE =
      HttpHeaders.createOptimized("Status-Estimated-Completion");

  /** Seconds after which to poll a status in progress again. */
  private static final String SOON = "2";

  private StatusAnswers() {}

  /**
   * Answers a status.
   *
   * @param clock Redis's clock, for the status's age
   */
  public static void serve(HttpServerRequest request, Status status, InstantSource clock) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    MultiMap headers = response.headers();
    describe(headers, status.attempt(), status.offset());
    headers.set(AGE, age(status, clock));
    Estimate estimate = status.estimate();
    if (estimate != null) {
      headers.set(ESTIMATE, estimate.completionTime() + "; basis=" + estimate.basis());
    }
    Answers.markStale(response, status.staleSeconds());
    if (!status.terminal()) {
      headers.set(HttpHeaders.RETRY_AFTER, SOON);
    }
    Answers.revalidatedJson(request, status.document().version(), status.document().bytes());
  }

  private static String age(Status status, InstantSource clock) {
    Duration age = Duration.between(Instant.parse(status.updatedAt()), clock.instant());
    return Long.toString(Math.max(0, age.toSeconds()));
  }

  private static void describe(MultiMap headers, int attempt, String offset) {
    headers.set(ATTEMPT, Integer.toString(attempt)).set(OFFSET, offset);
  }

  public static void confirm(HttpServerResponse response, StatusWritten written, String place) {
    describe(response.headers(), written.attempt(), written.offset());
    response.putHeader(HttpHeaders.ETAG, EntityTags.of(written.version()));
    if (written.created()) {
      response.setStatusCode(201).putHeader(HttpHeaders.LOCATION, place);
    } else {
      response.setStatusCode(204);
    }
    response.end();
  }
}
