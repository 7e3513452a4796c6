package io.aetherkeep.stream;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StreamAsks.Producer;
import io.aetherkeep.stream.store.RedisStreams.Written;
import io.aetherkeep.stream.store.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Maps verdicts of scripts to failures. */
final class Refusals {

  private Refusals() {}

  /** Returns the failure for a stream that cannot be used. */
  static Failure of(Verdict verdict) {
    return switch (verdict) {
      case UNKNOWN ->
          Failure.of(
              Code.STREAM_UNKNOWN, "The stream was never created, was deleted, or has expired");
      case GONE ->
          Failure.of(
              Code.STREAM_GONE,
              "The stream was deleted; its path is free again after the end of its last fork");
      case DIFFERS ->
          Failure.of(
              Code.STREAM_EXISTS,
              "The stream exists with another content type, lifetime, closure or source");
      case EXPIRED -> Failure.of(Code.INVALID_TTL, "Stream-Expires-At is in the past");
      case LARGE ->
          Failure.of(Code.TOO_LARGE, "The stream would exceed the space's max-stream-size");
      case PAST ->
          Failure.of(Code.OFFSET_GONE, "The offset belongs to an earlier stream at this path");
      case LOST ->
          Failure.of(
              Code.OFFSET_GONE, "Redis has lost bytes before this offset: read again from -1");
      case TRIMMED ->
          Failure.of(Code.OFFSET_GONE, "The bytes after this offset are no longer retained");
      case BEYOND -> Failure.of(Code.INVALID_OFFSET, "The offset is beyond the stream's tail");
      case DAMAGED ->
          Failure.of(
              Code.UNREADABLE_VALUE, "Another client has removed or changed a part of the stream");
      default -> throw new IllegalStateException("Not a refusal: " + verdict);
    };
  }

  /** Returns the failure of an append. */
  static Failure of(Written written, @Nullable Producer producer) {
    Map<String, String> members = new LinkedHashMap<>();
    if (written.tail() != null) {
      members.put("nextOffset", written.tail().toString());
    }
    if (written.closed()) {
      members.put("closed", "true");
    }
    return switch (written.verdict()) {
      case CLOSED -> Failure.of(Code.STREAM_CLOSED, "The stream is closed", members);
      case ABANDONED ->
          Failure.of(
              Code.STREAM_CLOSED,
              "The stream was closed because its producer's lease expired",
              members);
      case STOPPED -> {
        members.put("stopped", written.first());
        yield Failure.of(
            Code.STREAM_STOPPED, "A reader stopped the stream: stop producing", members);
      }
      case FENCED -> {
        members.put("producerEpoch", written.first());
        yield Failure.of(Code.PRODUCER_FENCED, "Epoch " + written.first() + " has begun", members);
      }
      case EPOCH ->
          Failure.of(
              Code.INVALID_HEADER, "A new Producer-Epoch must start with Producer-Seq 0", members);
      case EMPTY ->
          Failure.of(
              Code.INVALID_BODY,
              "An append must have a body, close the stream, or renew its producer's lease",
              members);
      case GAP -> {
        members.put("expectedSeq", written.first());
        members.put("receivedSeq", producer == null ? "" : Long.toString(producer.seq()));
        yield Failure.of(
            Code.SEQUENCE_CONFLICT, "The expected Producer-Seq is " + written.first(), members);
      }
      case TYPE ->
          Failure.of(
              Code.CONTENT_TYPE_CONFLICT, "The stream is of type " + written.first(), members);
      case SEQUENCE ->
          Failure.of(
              Code.SEQUENCE_CONFLICT, "Stream-Seq must be greater than the last one", members);
      default -> of(written.verdict());
    };
  }
}
