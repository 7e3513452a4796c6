package io.aetherkeep.stream;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StreamAsks.AppendToStream;
import io.aetherkeep.catalogue.StreamAsks.DeleteStream;
import io.aetherkeep.catalogue.StreamAsks.DescribeStream;
import io.aetherkeep.catalogue.StreamAsks.Producer;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.catalogue.StreamAsks.StopStream;
import io.aetherkeep.catalogue.StreamAsks.StreamDeleted;
import io.aetherkeep.catalogue.StreamAsks.StreamInfo;
import io.aetherkeep.catalogue.StreamAsks.StreamSlice;
import io.aetherkeep.catalogue.StreamAsks.StreamWritten;
import io.aetherkeep.catalogue.StreamListAsks.ListStreams;
import io.aetherkeep.catalogue.StreamListAsks.StreamList;
import io.aetherkeep.document.Octets;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.stream.store.ContentType;
import io.aetherkeep.stream.store.Offset;
import io.aetherkeep.stream.store.RedisStreams.Found;
import io.aetherkeep.stream.store.RedisStreams.Written;
import io.aetherkeep.stream.store.StoredStream;
import io.aetherkeep.stream.store.StreamKeys;
import io.aetherkeep.stream.store.Verdict;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Service that appends to, reads, lists, stops and deletes streams. */
final class Streams {

  private static final int LONGEST_REASON = 500;
  private static final int LONGEST_NAME = 256;

  /** Greatest number that JavaScript represents exactly. */
  private static final long LARGEST = (1L << 53) - 1;

  private final PerSpace<SpaceStreams> spaces;
  private final StreamEvents events;

  Streams(PerSpace<SpaceStreams> spaces, StreamEvents events) {
    this.spaces = spaces;
    this.events = events;
  }

  /** The streams of a space, for an operation on one of them. */
  private SpaceStreams in(String space, String path) {
    StreamKeys.requirePath(path);
    return spaces.of(space);
  }

  Future<StreamWritten> append(AppendToStream ask) {
    SpaceStreams space = in(ask.space(), ask.path());
    requireSound(ask.producer());
    requireLength("Stream-Seq", ask.sequence());
    Octets sent = ask.body() == null ? Octets.NONE : ask.body();
    space.requireSize(sent);
    if (!sent.isEmpty() && ask.contentType() == null) {
      throw Failure.of(Code.INVALID_HEADER, "Send the Content-Type of the body");
    }
    ContentType type = sent.isEmpty() ? null : ContentType.of(ask.contentType());
    return type != null && type.isJson()
        ? Offload.run(sent.length(), () -> JsonMessages.flattened(sent.bytes(), false))
            .compose(body -> append(space, ask, type, body))
        : append(space, ask, type, sent.bytes());
  }

  private Future<StreamWritten> append(
      SpaceStreams space, AppendToStream ask, @Nullable ContentType type, Buffer body) {
    String media = type == null ? "" : type.media();
    Future<Written> written =
        ask.leaseSeconds() == null
            ? space.store().append(ask, media, body)
            : space
                .leased(ask.path(), ask.leaseSeconds())
                .compose(noted -> space.store().append(ask, media, body));
    return written.map(done -> accepted(space, ask, body, done));
  }

  private static void requireSound(@Nullable Producer producer) {
    if (producer == null) {
      return;
    }
    if (producer.id().isEmpty() || producer.id().length() > LONGEST_NAME) {
      throw Failure.of(Code.INVALID_HEADER, "Producer-Id must have 1 to 256 characters");
    }
    if (!isCount(producer.epoch()) || !isCount(producer.seq())) {
      throw Failure.of(
          Code.INVALID_HEADER, "Producer-Epoch and Producer-Seq must be from 0 to " + LARGEST);
    }
  }

  private static boolean isCount(long number) {
    return number >= 0 && number <= LARGEST;
  }

  private static void requireLength(String name, @Nullable String value) {
    if (value != null && (value.isEmpty() || value.length() > LONGEST_NAME)) {
      throw Failure.of(Code.INVALID_HEADER, name + " has 1 to " + LONGEST_NAME + " characters");
    }
  }

  private StreamWritten accepted(
      SpaceStreams space, AppendToStream ask, Buffer body, Written written) {
    Offset tail = written.tail();
    boolean repeated = written.verdict() == Verdict.REPEATED;
    if (tail == null || !(repeated || written.verdict() == Verdict.DONE)) {
      events.refused(ask.space(), written.verdict());
      throw Refusals.of(written, ask.producer());
    }
    if (repeated) {
      events.repeated(ask.space());
    } else {
      events.appended(ask.space(), ask.path(), tail, body.length());
      if (ask.closes()) {
        events.closed(ask.space(), ask.path(), tail, "producer");
        space.ended(ask.path());
      }
    }
    return new StreamWritten(
        tail.toString(), written.closed(), repeated, last(ask.producer(), written));
  }

  /** The producer's last accepted append, which may be later than a repeated one. */
  private static @Nullable Producer last(@Nullable Producer asked, Written written) {
    return asked == null || written.first().isEmpty()
        ? asked
        : new Producer(
            asked.id(), Long.parseLong(written.first()), Long.parseLong(written.second()));
  }

  Future<StreamSlice> read(ReadStream ask) {
    return in(ask.space(), ask.path())
        .reader()
        .stretch(ask.path(), ask.offset())
        .map(
            stretch -> {
              requireReader(stretch.stream(), ask.endUser());
              return StreamReader.slice(stretch);
            });
  }

  /** Refuses other end users if the stream is copied into a session. */
  private static void requireReader(StoredStream stream, @Nullable String endUser) {
    String session = stream.extras().session();
    if (endUser != null && session != null && !session.equals(endUser)) {
      throw Failure.of(Code.OTHER_SESSION, "The stream belongs to another session");
    }
  }

  Future<StreamInfo> describe(DescribeStream ask) {
    return in(ask.space(), ask.path())
        .store()
        .describe(ask.path())
        .map(
            found -> {
              StoredStream stream = required(found);
              requireReader(stream, ask.endUser());
              return stream.info(ask.space(), ask.path());
            });
  }

  Future<StreamList> list(ListStreams ask) {
    return spaces.of(ask.space()).listing().page(ask);
  }

  static StoredStream required(Found found) {
    if (found.stream() == null) {
      throw Refusals.of(found.verdict());
    }
    return found.stream();
  }

  Future<StreamDeleted> delete(DeleteStream ask) {
    SpaceStreams space = in(ask.space(), ask.path());
    return space
        .store()
        .delete(ask.path())
        .compose(
            removed ->
                switch (removed.verdict()) {
                  case RETAINED -> Future.succeededFuture(new StreamDeleted(true));
                  case DELETED ->
                      space
                          .forks()
                          .release(removed.source(), ask.path())
                          .map(released -> new StreamDeleted(false));
                  default -> Future.failedFuture(Refusals.of(removed.verdict()));
                });
  }

  Future<StreamInfo> stop(StopStream ask) {
    SpaceStreams space = in(ask.space(), ask.path());
    String reason = ask.reason();
    if (reason.isBlank() || reason.length() > LONGEST_REASON || hasControl(reason)) {
      throw Failure.of(
          Code.INVALID_BODY,
          "The reason must have 1 to "
              + LONGEST_REASON
              + " characters, without control characters");
    }
    return mayStop(space, ask)
        .compose(may -> space.store().stop(ask.path(), reason))
        .map(
            found -> {
              StoredStream stream = required(found);
              if (found.verdict() == Verdict.CHANGED) {
                events.stopped(ask.space(), ask.path(), stream.tailOffset(), reason);
                space.ended(ask.path());
              }
              return Objects.requireNonNull(stream).info(ask.space(), ask.path());
            });
  }

  /**
   * Checks whether an end user may stop a stream. The stream's session never changes, so reading it
   * first is safe.
   */
  private static Future<?> mayStop(SpaceStreams space, StopStream ask) {
    String endUser = ask.endUser();
    if (endUser == null) {
      return Future.succeededFuture();
    }
    return space
        .store()
        .describe(ask.path())
        .map(
            found -> {
              if (!endUser.equals(required(found).extras().session())) {
                throw Failure.of(
                    Code.OTHER_SESSION, "An end user can stop only streams of the own session");
              }
              return found;
            });
  }

  private static boolean hasControl(String text) {
    return text.chars().anyMatch(Character::isISOControl);
  }
}
