package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import io.aetherkeep.document.Octets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks and events of the stream verticle. */
public final class StreamAsks {

  private StreamAsks() {}

  /**
   * Creates a stream, unless one with the same configuration exists; fails with {@code
   * stream-exists} if one with another configuration exists.
   *
   * @param contentType null for {@code application/octet-stream}, or for a fork its source's
   * @param ttlSeconds time without a read or an append after which it expires
   * @param expiresAt when it expires in any case (RFC 3339)
   * @param closed whether it is complete with this body
   * @param body its first bytes; in JSON mode an array of messages, or one message
   * @param fork the stream that it continues
   * @param extras features beyond the protocol
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
   * Point at which a fork leaves its source.
   *
   * @param offset null for the tail
   * @param subOffset bytes, or messages in JSON mode, after the offset
   */
  public record Fork(String source, @Nullable String offset, @Nullable Long subOffset) {
    public Fork {
      Objects.requireNonNull(source, "source");
    }
  }

  /**
   * Features of a stream beyond the protocol.
   *
   * @param leaseSeconds time without an append after which it is closed as abandoned
   * @param session session whose history gets the whole text when the stream closes
   * @param text JSON pointer (RFC 6901) to the text in each message; null for the message itself
   * @param status status that follows the stream, as {@code kind/id}
   */
  public record StreamExtras(
      @Nullable Long leaseSeconds,
      @Nullable String session,
      @Nullable String text,
      @Nullable String status) {}

  /** A stream, and whether this request created it. */
  public record StreamCreated(StreamInfo stream, boolean created) {}

  /**
   * Describes a stream; that does not renew its lifetime.
   *
   * @param endUser session of the asking end user; null for a service. A stream that goes into a
   *     session is only for that session's end user
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
   * @param offset its tail, where the next append goes
   * @param bytes its length, including what a fork inherits
   * @param stopped reason if it was stopped
   * @param abandoned whether it was closed because its producer stopped appending
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
   * Appends to a stream, closes it, or both atomically.
   *
   * @param contentType type of the body; must be the stream's
   * @param body in JSON mode an array of messages, or one message; null to close only, or as a
   *     heartbeat of a producer with a lease
   * @param closes whether this is the last append
   * @param sequence must be greater, in byte order, than the stream's last one
   * @param producer makes the append idempotent
   * @param leaseSeconds new lease, from now on
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

  /** Idempotent producer: its id, its epoch, and the sequence number of this append. */
  public record Producer(String id, long epoch, long seq) {
    public Producer {
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * Result of an append.
   *
   * @param offset the tail afterwards
   * @param repeated whether it was a duplicate and was not appended again
   * @param producer the producer's last accepted append
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record StreamWritten(
      String offset, boolean closed, boolean repeated, @Nullable Producer producer) {}

  /**
   * Reads a stream from an offset, up to the maximum size of an answer.
   *
   * @param offset null or {@code -1} for its beginning, {@code now} for its tail
   * @param endUser see {@link DescribeStream}
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
   * Slice of a stream.
   *
   * @param born distinguishes this stream from earlier ones at its path
   * @param from offset of its beginning
   * @param next offset of the next slice
   * @param data in JSON mode the messages, each followed by {@link #END_OF_MESSAGE}
   * @param upToDate whether it reaches the tail
   * @param closed whether no more data will come
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

  /** Terminator of a message in a stored JSON stream: the record separator of RFC 7464. */
  public static final byte END_OF_MESSAGE = 0x1E;

  /** Deletes a stream and its data; data that forks inherit stays until these are deleted. */
  public record DeleteStream(String space, String path) implements Ask<StreamDeleted> {
    public DeleteStream {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(path, "path");
    }
  }

  /**
   * A stream was deleted.
   *
   * @param retained whether its data stays for its forks
   */
  public record StreamDeleted(boolean retained) {}

  /**
   * Stops a stream's producer: closes the stream with the data it has, and notifies the producer.
   *
   * @param endUser see {@link DescribeStream}; end users can stop streams of their own session
   */
  public record StopStream(String space, String path, String reason, @Nullable String endUser)
      implements Ask<StreamInfo> {
    public StopStream {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(path, "path");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** Data was appended to a stream. */
  public record StreamAppended(String space, String path, String offset, int bytes)
      implements Event {}

  /**
   * A stream was closed.
   *
   * @param cause {@code producer}, {@code stopped} or {@code abandoned}
   */
  public record StreamClosed(String space, String path, String offset, String cause)
      implements Event {}

  /** A stream was stopped; its producer should end. */
  public record StreamStopped(String space, String path, String reason) implements Event {}
}
