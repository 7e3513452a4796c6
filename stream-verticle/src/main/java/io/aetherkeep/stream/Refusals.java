package io.aetherkeep.stream;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StreamAsks.Producer;
import io.aetherkeep.stream.RedisStreams.Written;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Mapping of verdicts to failures. */
final class Refusals {

  private Refusals() {}

  /** The failure for a stream that cannot be used. */
  static Failure of(Verdict verdict) {
    return switch (verdict) {
      case UNKNOWN -> Failure.of(Code.STREAM_UNKNOWN, "It never was, was deleted, or has expired");
      case GONE ->
          Failure.of(Code.STREAM_GONE, "The path is free again when its last fork is gone");
      case DIFFERS ->
          Failure.of(
              Code.STREAM_EXISTS, "Content type, lifetime, closure or source are not those asked");
      case EXPIRED -> Failure.of(Code.INVALID_TTL, "Stream-Expires-At is in the past");
      case LARGE ->
          Failure.of(Code.TOO_LARGE, "The stream would be longer than streams may be here");
      case PAST ->
          Failure.of(Code.OFFSET_GONE, "The offset is of a stream that had this path before");
      case LOST ->
          Failure.of(Code.OFFSET_GONE, "Redis lost what stood before this offset: read from -1");
      case TRIMMED ->
          Failure.of(Code.OFFSET_GONE, "What stood after this offset is retained no longer");
      case BEYOND -> Failure.of(Code.INVALID_OFFSET, "The offset is beyond the stream's tail");
      case DAMAGED ->
          Failure.of(Code.UNREADABLE_VALUE, "Another has removed or changed a part of the stream");
      default -> throw new IllegalStateException("Not a refusal: " + verdict);
    };
  }

  /** The failure of an append. */
  static Failure of(Written written, @Nullable Producer producer) {
    Map<String, String> members = new LinkedHashMap<>();
    if (written.tail() != null) {
      members.put("nextOffset", written.tail().toString());
    }
    if (written.closed()) {
      members.put("closed", "true");
    }
    return switch (written.verdict()) {
      case CLOSED -> Failure.of(Code.STREAM_CLOSED, "Nothing is appended any more", members);
      case ABANDONED ->
          Failure.of(
              Code.STREAM_CLOSED, "It was closed because its producer's lease was over", members);
      case STOPPED -> {
        members.put("stopped", written.first());
        yield Failure.of(Code.STREAM_STOPPED, "A reader stopped it: produce no more", members);
      }
      case FENCED -> {
        members.put("producerEpoch", written.first());
        yield Failure.of(Code.PRODUCER_FENCED, "Epoch " + written.first() + " has begun", members);
      }
      case EPOCH ->
          Failure.of(Code.INVALID_HEADER, "A new epoch of a producer begins with seq 0", members);
      case EMPTY ->
          Failure.of(
              Code.INVALID_BODY,
              "An append has a body, closes the stream, or renews its producer's lease",
              members);
      case GAP -> {
        members.put("expectedSeq", written.first());
        members.put("receivedSeq", producer == null ? "" : Long.toString(producer.seq()));
        yield Failure.of(
            Code.SEQUENCE_CONFLICT, "The producer's next seq is " + written.first(), members);
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
