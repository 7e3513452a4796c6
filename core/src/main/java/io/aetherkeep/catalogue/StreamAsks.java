package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Signal;
import io.aetherkeep.document.Octets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the stream verticle answers and announces. */
public final class StreamAsks {

  private StreamAsks() {}

  /**
   * Creates a stream, unless one of the same configuration is there; fails with {@code
   * stream-exists} where one of another is.
   *
   * @param contentType none for {@code application/octet-stream}, a fork's for its source's
   * @param ttlSeconds after how long without a read or an append it expires
   * @param expiresAt when it expires, whatever happens (RFC 3339)
   * @param closed it is complete with this body
   * @param body its first bytes; in JSON mode an array of messages, or one
   * @param fork what it begins with
   * @param extras what it does beyond the protocol
   */
  public record CreateStream(
      String space,
      String path,
      @Nullable String contentType,
      @Nullable Long ttlSeconds,
      @Nullable String expiresAt,
      boolean closed,
      @Nullable Octets body,
      @Nullable Fork fork,
      @Nullable StreamExtras extras)
      implements Ask<StreamCreated> {

    public CreateStream {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(path, "path");
    }
  }

  /**
   * Where a fork leaves its source.
   *
   * @param offset none for the tail
   * @param subOffset so many bytes, or messages in JSON mode, after the offset
   */
  public record Fork(String source, @Nullable String offset, @Nullable Long subOffset) {
    public Fork {
      Objects.requireNonNull(source, "source");
    }
  }

  /**
   * What a stream does beyond the protocol.
   *
   * @param leaseSeconds after how long without an append it is closed as abandoned
   * @param session the session whose history gets the whole text when the stream closes
   * @param text the JSON pointer (RFC 6901) of the text in each message; none for the message
   * @param status the status that follows the stream, as {@code kind/id}
   */
  public record StreamExtras(
      @Nullable Long leaseSeconds,
      @Nullable String session,
      @Nullable String text,
      @Nullable String status) {}

  /** A stream, and whether it was created just now. */
  public record StreamCreated(StreamInfo stream, boolean created) {}

  /**
   * Describes a stream, which does not count as its use.
   *
   * @param endUser the session of the end user who asks; none for a service. A stream that goes
   *     into a session is for its end user alone
   */
  public record DescribeStream(String space, String path, @Nullable String endUser)
      implements Ask<StreamInfo> {
    public DescribeStream {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(path, "path");
    }
  }

  /**
   * A stream.
   *
   * @param offset its tail: where the next append goes
   * @param bytes how many it has, with what a fork inherits
   * @param stopped why it was stopped, where it was
   * @param abandoned it was closed because its producer fell silent
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record StreamInfo(
      String space,
      String path,
      String contentType,
      String offset,
      long bytes,
      boolean closed,
      @Nullable Long ttlSeconds,
      @Nullable String expiresAt,
      @Nullable String stopped,
      @Nullable Boolean abandoned,
      @Nullable StreamExtras extras) {}

  /**
   * Appends to a stream, closes it, or both in one step.
   *
   * @param contentType what the body is; it must be the stream's
   * @param body in JSON mode an array of messages, or one; none to close only, or as a heartbeat of
   *     a producer with a lease
   * @param closes nothing follows it
   * @param sequence must be greater, byte by byte, than the last one of the stream
   * @param producer makes the append idempotent
   * @param leaseSeconds a lease from now on
   */
  public record AppendToStream(
      String space,
      String path,
      @Nullable String contentType,
      @Nullable Octets body,
      boolean closes,
      @Nullable String sequence,
      @Nullable Producer producer,
      @Nullable Long leaseSeconds)
      implements Ask<StreamWritten> {

    public AppendToStream {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(path, "path");
    }
  }

  /** Who appends, in which of its lives, and which of its appends this is. */
  public record Producer(String id, long epoch, long seq) {
    public Producer {
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * What an append came to.
   *
   * @param offset the tail after it
   * @param repeated it had been done before, and was not done again
   * @param producer the producer's last accepted append
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record StreamWritten(
      String offset, boolean closed, boolean repeated, @Nullable Producer producer) {}

  /**
   * Reads a stream from an offset on, as far as one answer goes.
   *
   * @param offset none or {@code -1} for its beginning, {@code now} for its tail
   * @param endUser as of {@link DescribeStream}
   */
  public record ReadStream(
      String space, String path, @Nullable String offset, @Nullable String endUser)
      implements Ask<StreamSlice> {
    public ReadStream {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(path, "path");
    }
  }

  /**
   * A piece of a stream.
   *
   * @param born tells this stream from others that had its path before
   * @param from where it begins
   * @param next where the next piece begins
   * @param data in JSON mode the messages, each followed by {@link #END_OF_MESSAGE}
   * @param upToDate nothing comes after it yet
   * @param closed nothing will
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record StreamSlice(
      String contentType,
      String born,
      String from,
      String next,
      Octets data,
      boolean upToDate,
      boolean closed,
      @Nullable String stopped,
      @Nullable Boolean abandoned) {}

  /** What ends a message of a JSON stream where it is stored: RFC 7464's record separator. */
  public static final byte END_OF_MESSAGE = 0x1E;

  /** Deletes a stream with all it holds; what forks inherit stays until they are gone. */
  public record DeleteStream(String space, String path) implements Ask<StreamDeleted> {
    public DeleteStream {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(path, "path");
    }
  }

  /**
   * A stream is deleted.
   *
   * @param retained its data stays for its forks
   */
  public record StreamDeleted(boolean retained) {}

  /**
   * Stops whoever produces a stream: it is closed with what is there, and the producer is told.
   *
   * @param endUser as of {@link DescribeStream}; an end user stops what goes into the own session
   */
  public record StopStream(String space, String path, String reason, @Nullable String endUser)
      implements Ask<StreamInfo> {
    public StopStream {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(path, "path");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /**
   * Has the appends to a stream told to this node as {@link StreamHeard}, until as many {@link
   * UnfollowStream} have come; {@link StreamFollowed} says from when on nothing is missed.
   */
  public record FollowStream(String space, String path) implements Ask<FollowedStream> {
    public FollowStream {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(path, "path");
    }
  }

  /** Ends what a {@link FollowStream} began. */
  public record UnfollowStream(String space, String path) implements Ask<FollowedStream> {
    public UnfollowStream {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(path, "path");
    }
  }

  /** Whether anybody on this node follows a stream now. */
  public record FollowedStream(boolean followed) {}

  /** Counts what was done to the streams of a space on this node since it started. */
  public record ReadStreamStats(String space) implements Ask<StreamStats> {
    public ReadStreamStats {
      Objects.requireNonNull(space, "space");
    }
  }

  /**
   * What was done to the streams of a space on this node.
   *
   * @param appends how many were done
   * @param repeated how many of a producer had been done before
   * @param bytes how many they had
   * @param closed how many streams were closed, by the cause: {@code producer}, {@code stopped} or
   *     {@code abandoned}
   * @param refused how many appends were refused, by what the stream said
   * @param followed how many streams are followed on this node
   * @param paths of those, some in order
   */
  public record StreamStats(
      String space,
      long appends,
      long repeated,
      long bytes,
      Map<String, Long> closed,
      Map<String, Long> refused,
      int followed,
      List<String> paths) {

    public StreamStats {
      closed = Map.copyOf(closed);
      refused = Map.copyOf(refused);
      paths = List.copyOf(paths);
    }
  }

  /** A stream was appended to. */
  public record StreamAppended(String space, String path, String offset, int bytes)
      implements Event {}

  /**
   * A stream was closed.
   *
   * @param cause {@code producer}, {@code stopped} or {@code abandoned}
   */
  public record StreamClosed(String space, String path, String offset, String cause)
      implements Event {}

  /** A stream's producer is to stop. */
  public record StreamStopped(String space, String path, String reason) implements Event {}

  /**
   * A stream that is followed changed, whichever node changed it.
   *
   * @param data what was appended; none where it must be read
   */
  public record StreamHeard(
      String space,
      String path,
      String from,
      String next,
      @Nullable Octets data,
      boolean closed,
      boolean deleted,
      @Nullable String stopped,
      @Nullable Boolean abandoned)
      implements Signal {}

  /** From now on this node hears of every append to a stream. */
  public record StreamFollowed(String space, String path) implements Signal {}

  /** Redis was not heard for a while: any stream of the space may have changed. */
  public record StreamsMissed(String space) implements Signal {}
}
