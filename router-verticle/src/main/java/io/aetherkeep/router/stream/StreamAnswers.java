package io.aetherkeep.router.stream;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StreamAsks.StreamSlice;
import io.aetherkeep.router.http.EntityTags;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.stream.StreamFollower.End;
import io.aetherkeep.router.stream.StreamPiece.StreamFormat;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** HTTP answers with slices of streams, in the protocol's format. */
public final class StreamAnswers {

  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

  /** Slices never change, because the next one has another URL. */
  private static final CharSequence A_MINUTE =
      HttpHeaders.createOptimized("private, max-age=60, stale-while-revalidate=300");

  private StreamAnswers() {}

  /** Answers a single read. */
  public static void slice(HttpServerRequest request, StreamSlice slice, boolean ofTail) {
    HttpServerResponse response = request.response();
    StreamFormat format = StreamFormat.of(slice.contentType());
    StreamPiece piece =
        new StreamPiece(
            format, StreamOffset.position(slice.from()), slice.next(), slice.data().bytes());
    MultiMap headers = startSlice(response, slice.contentType(), slice.next());
    if (slice.upToDate()) {
      headers.set(StreamHeaders.UP_TO_DATE, StreamHeaders.TRUE);
    }
    if (slice.closed()) {
      headers.set(StreamHeaders.CLOSED, StreamHeaders.TRUE);
      StreamHeaders.end(headers, slice.stopped(), slice.abandoned());
    }
    if (ofTail) {
      headers.set(HttpHeaders.CACHE_CONTROL, NO_STORE);
      response.end(piece.body());
      return;
    }
    String version =
        slice.born() + ":" + slice.from() + ":" + slice.next() + (slice.closed() ? ":c" : "");
    headers.set(HttpHeaders.ETAG, EntityTags.of(version)).set(HttpHeaders.CACHE_CONTROL, A_MINUTE);
    if (EntityTags.noneMatchNames(request, version)) {
      headers.remove(HttpHeaders.CONTENT_TYPE);
      response.setStatusCode(304).end();
    } else {
      response.end(piece.body());
    }
  }

  private static MultiMap startSlice(HttpServerResponse response, String type, String next) {
    return StreamHeaders.guard(response)
        .set(HttpHeaders.CONTENT_TYPE, type)
        .set(StreamHeaders.NEXT_OFFSET, next);
  }

  /** Answers a long poll with a slice, which a cache keeps unless it is of the tail. */
  static void piece(
      HttpServerRequest request,
      String contentType,
      StreamPiece piece,
      boolean upToDate,
      @Nullable End end,
      long cursor,
      boolean ofTail) {
    HttpServerResponse response = request.response();
    MultiMap headers =
        startSlice(response, contentType, piece.next())
            .set(StreamHeaders.CURSOR, Long.toString(cursor));
    if (ofTail) {
      headers.set(HttpHeaders.CACHE_CONTROL, NO_STORE);
    } else {
      String version = piece.from() + ":" + piece.next() + (end == null ? "" : ":c");
      headers
          .set(HttpHeaders.ETAG, EntityTags.of(version))
          .set(HttpHeaders.CACHE_CONTROL, A_MINUTE);
    }
    if (upToDate) {
      headers.set(StreamHeaders.UP_TO_DATE, StreamHeaders.TRUE);
    }
    end(headers, end);
    response.end(piece.body());
  }

  private static void end(MultiMap headers, @Nullable End end) {
    if (end != null) {
      headers.set(StreamHeaders.CLOSED, StreamHeaders.TRUE);
      StreamHeaders.end(headers, end.stopped(), end.abandoned() ? true : null);
    }
  }

  /** Answers that nothing came, or that the stream has ended. */
  static void nothing(HttpServerRequest request, String offset, @Nullable End end, long cursor) {
    HttpServerResponse response = request.response();
    MultiMap headers =
        StreamHeaders.guard(response)
            .set(StreamHeaders.NEXT_OFFSET, offset)
            .set(StreamHeaders.UP_TO_DATE, StreamHeaders.TRUE)
            .set(HttpHeaders.CACHE_CONTROL, NO_STORE)
            .set(StreamHeaders.CURSOR, Long.toString(cursor));
    end(headers, end);
    response.setStatusCode(204).end();
  }

  /** Answers a failure, with its details in the protocol's headers. */
  public static void refuse(HttpServerRequest request, Problems problems, Throwable thrown) {
    StreamHeaders.refuse(request.response(), Failure.from(thrown));
    problems.send(request, thrown);
  }
}
