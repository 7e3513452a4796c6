package io.aetherkeep.router.stream;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StreamAsks.Fork;
import io.aetherkeep.catalogue.StreamAsks.Producer;
import io.aetherkeep.catalogue.StreamAsks.StreamExtras;
import io.aetherkeep.catalogue.StreamAsks.StreamInfo;
import io.aetherkeep.catalogue.StreamAsks.StreamWritten;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Headers of the Durable Streams protocol and of its extensions, parsed and written. */
public final class StreamHeaders {

  static final CharSequence NEXT_OFFSET = HttpHeaders.createOptimized("Stream-Next-Offset");
  static final CharSequence UP_TO_DATE = HttpHeaders.createOptimized("Stream-Up-To-Date");
  static final CharSequence CLOSED = HttpHeaders.createOptimized("Stream-Closed");
  static final CharSequence CURSOR = HttpHeaders.createOptimized("Stream-Cursor");
  static final CharSequence STOPPED = HttpHeaders.createOptimized("Stream-Stopped");
  static final CharSequence ABANDONED = HttpHeaders.createOptimized("Stream-Abandoned");
  static final CharSequence ENCODING = HttpHeaders.createOptimized("Stream-SSE-Data-Encoding");
  static final CharSequence TRUE = HttpHeaders.createOptimized("true");

  private static final String TTL = "Stream-TTL";
  private static final String EXPIRES_AT = "Stream-Expires-At";
  private static final String PRODUCER_ID = "Producer-Id";
  private static final String PRODUCER_EPOCH = "Producer-Epoch";
  private static final String PRODUCER_SEQ = "Producer-Seq";

  private static final CharSequence RESOURCE_POLICY =
      HttpHeaders.createOptimized("Cross-Origin-Resource-Policy");
  private static final CharSequence CROSS_ORIGIN = HttpHeaders.createOptimized("cross-origin");
  private static final CharSequence CONTENT_POLICY =
      HttpHeaders.createOptimized("Content-Security-Policy");
  private static final CharSequence SANDBOX =
      HttpHeaders.createOptimized("default-src 'none'; sandbox");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

  /** Decimal without leading zeros, within JavaScript's exact integers. */
  private static final Pattern COUNT = Pattern.compile("0|[1-9][0-9]{0,15}");

  private StreamHeaders() {}

  public static boolean closes(HttpServerRequest request) {
    return "true".equalsIgnoreCase(request.getHeader(CLOSED));
  }

  static @Nullable public Long ttl(HttpServerRequest request) {
    return count(request, TTL);
  }

  static @Nullable public String expiresAt(HttpServerRequest request) {
    return request.getHeader(EXPIRES_AT);
  }

  private static @Nullable Long count(HttpServerRequest request, String name) {
    String value = request.getHeader(name);
    if (value == null) {
      return null;
    }
    if (!COUNT.matcher(value).matches()) {
      throw Failure.of(Code.INVALID_HEADER, name + " is a whole number in decimal digits");
    }
    return Long.valueOf(value);
  }

  static @Nullable public Long lease(HttpServerRequest request) {
    return count(request, "Stream-Lease");
  }

  static @Nullable public StreamExtras extras(HttpServerRequest request) {
    Long lease = lease(request);
    String session = request.getHeader("Stream-Session");
    String text = request.getHeader("Stream-Text");
    String status = request.getHeader("Stream-Status");
    return lease == null && session == null && text == null && status == null
        ? null
        : new StreamExtras(lease, session, text, status);
  }

  /** Parses the fork headers; null where no fork is requested. */
  static @Nullable public Fork fork(HttpServerRequest request, StreamName fork) {
    String source = request.getHeader("Stream-Forked-From");
    String offset = request.getHeader("Stream-Fork-Offset");
    Long sub = count(request, "Stream-Fork-Sub-Offset");
    if (source == null) {
      if (offset != null || sub != null) {
        throw Failure.of(Code.INVALID_HEADER, "A fork's offset goes with Stream-Forked-From");
      }
      return null;
    }
    return new Fork(fork.sibling(source), offset, sub);
  }

  /** Parses the producer headers; null where they are missing. */
  static @Nullable public Producer producer(HttpServerRequest request) {
    String id = request.getHeader(PRODUCER_ID);
    Long epoch = count(request, PRODUCER_EPOCH);
    Long seq = count(request, PRODUCER_SEQ);
    if (id == null && epoch == null && seq == null) {
      return null;
    }
    if (id == null || epoch == null || seq == null) {
      throw Failure.of(
          Code.INVALID_HEADER, "Producer-Id, Producer-Epoch and Producer-Seq go together");
    }
    return new Producer(id, epoch, seq);
  }

  /**
   * Headers of every answer about a stream, which keep browsers from running its content as a page.
   */
  public static MultiMap guard(HttpServerResponse response) {
    return response.headers().set(RESOURCE_POLICY, CROSS_ORIGIN).set(CONTENT_POLICY, SANDBOX);
  }

  /** Describes a stream in headers. */
  public static void describe(HttpServerResponse response, StreamInfo stream) {
    MultiMap headers = guard(response);
    headers
        .set(HttpHeaders.CONTENT_TYPE, stream.contentType())
        .set(NEXT_OFFSET, stream.offset())
        .set(HttpHeaders.CACHE_CONTROL, NO_STORE);
    if (stream.ttlSeconds() != null) {
      headers.set(TTL, stream.ttlSeconds().toString());
    }
    if (stream.expiresAt() != null) {
      headers.set(EXPIRES_AT, stream.expiresAt());
    }
    if (stream.closed()) {
      headers.set(CLOSED, TRUE);
    }
    end(headers, stream.stopped(), stream.abandoned());
  }

  /** Adds how the stream ended, unless its producer closed it. */
  static void end(MultiMap headers, @Nullable String stopped, @Nullable Boolean abandoned) {
    if (stopped != null) {
      headers.set(STOPPED, TRUE);
    }
    if (abandoned != null) {
      headers.set(ABANDONED, TRUE);
    }
  }

  public static void confirm(HttpServerResponse response, StreamWritten written) {
    MultiMap headers = guard(response).set(NEXT_OFFSET, written.offset());
    if (written.closed()) {
      headers.set(CLOSED, TRUE);
    }
    Producer producer = written.producer();
    if (producer != null) {
      headers
          .set(PRODUCER_EPOCH, Long.toString(producer.epoch()))
          .set(PRODUCER_SEQ, Long.toString(producer.seq()));
    }
  }

  /** Adds a failure's details in the protocol's headers. */
  static void refuse(HttpServerResponse response, Failure failure) {
    MultiMap headers = guard(response);
    for (var member : failure.members().entrySet()) {
      switch (member.getKey()) {
        case "nextOffset" -> headers.set(NEXT_OFFSET, member.getValue());
        case "closed" -> headers.set(CLOSED, TRUE);
        case "stopped" -> headers.set(STOPPED, TRUE);
        case "producerEpoch" -> headers.set(PRODUCER_EPOCH, member.getValue());
        case "expectedSeq" -> headers.set("Producer-Expected-Seq", member.getValue());
        case "receivedSeq" -> headers.set("Producer-Received-Seq", member.getValue());
        default -> {}
      }
    }
  }

  /** The single value of a parameter; null where it is missing. */
  static @Nullable public String parameter(HttpServerRequest request, String name) {
    List<String> values = request.params().getAll(name);
    if (values.size() > 1) {
      throw Failure.of(Code.INVALID_PARAMETER, "Send " + name + " once");
    }
    return values.isEmpty() ? null : values.get(0);
  }
}
