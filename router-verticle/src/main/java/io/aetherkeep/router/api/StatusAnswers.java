package io.aetherkeep.router.api;

import io.aetherkeep.catalogue.CancelAsks.CancelRequest;
import io.aetherkeep.catalogue.StatusAsks.Children;
import io.aetherkeep.catalogue.StatusAsks.Estimate;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusAsks.StatusWritten;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.EntityTags;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** HTTP answers of statuses: the document is the body, its metadata are headers. */
final class StatusAnswers {

  private static final CharSequence AGE = HttpHeaders.createOptimized("Age");
  private static final CharSequence ATTEMPT = HttpHeaders.createOptimized("Status-Attempt");
  private static final CharSequence PHASE = HttpHeaders.createOptimized("Status-Phase");
  private static final CharSequence OFFSET = HttpHeaders.createOptimized("Status-Offset");
  private static final CharSequence CANCEL = HttpHeaders.createOptimized("Status-Cancel-Requested");
  private static final CharSequence CHILDREN = HttpHeaders.createOptimized("Status-Children");
  private static final Pattern ESCAPE = Pattern.compile("%[0-9A-F]{2}");
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
  static void serve(HttpServerRequest request, Status status, InstantSource clock) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    MultiMap headers = response.headers();
    describe(headers, status.attempt(), status.offset(), status.cancelRequested());
    headers.set(PHASE, phase(status));
    Children children = status.children();
    if (children != null) {
      headers.set(CHILDREN, text(children));
    }
    headers.set(AGE, age(status, clock));
    Estimate estimate = status.estimate();
    if (estimate != null) {
      headers.set(ESTIMATE, estimate.completionTime() + "; basis=" + estimate.basis());
    }
    Answers.markStale(response, status.staleSeconds());
    if (!status.terminal()) {
      headers.set(HttpHeaders.RETRY_AFTER, SOON);
    }
    Answers.revalidatedJson(request, status.version(), status.document().bytes());
  }

  private static String phase(Status status) {
    return status.failed() != null ? "failed" : status.terminal() ? "done" : "running";
  }

  private static String age(Status status, InstantSource clock) {
    Duration age = Duration.between(Instant.parse(status.updatedAt()), clock.instant());
    return Long.toString(Math.max(0, age.toSeconds()));
  }

  private static void describe(
      MultiMap headers, int attempt, String offset, @Nullable CancelRequest cancel) {
    headers.set(ATTEMPT, Integer.toString(attempt)).set(OFFSET, offset);
    if (cancel != null) {
      headers.set(CANCEL, text(cancel));
    }
  }

  /** Formats a summary of children as a dictionary (RFC 9651). */
  private static String text(Children children) {
    return "total="
        + children.total()
        + ", done="
        + children.done()
        + ", failed="
        + children.failed()
        + ", progress="
        + children.progress();
  }

  /** Formats a request to cancel: its time, and its reason as a display string (RFC 9651). */
  private static String text(CancelRequest cancel) {
    String reason = cancel.reason();
    return reason == null
        ? cancel.requestedAt()
        : cancel.requestedAt() + "; reason=%\"" + encoded(reason) + '"';
  }

  /** Percent-encodes a text with lower-case digits, as RFC 9651 demands. */
  private static String encoded(String text) {
    return ESCAPE
        .matcher(URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20"))
        .replaceAll(escape -> escape.group().toLowerCase(Locale.ROOT));
  }

  /** Answers a write: without a body, unless the attempt was requested to be cancelled. */
  static void confirm(RoutingContext context, StatusWritten written) {
    HttpServerResponse response = context.response();
    CancelRequest cancel = written.cancelRequested();
    describe(response.headers(), written.attempt(), written.offset(), cancel);
    response.putHeader(HttpHeaders.ETAG, EntityTags.of(written.version()));
    if (written.created()) {
      response.setStatusCode(201).putHeader(HttpHeaders.LOCATION, context.normalizedPath());
      response.end();
    } else if (cancel == null) {
      response.setStatusCode(204).end();
    } else {
      Answers.changed(context, written);
    }
  }
}
