package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Signal;
import io.aetherkeep.bus.Sized;
import io.aetherkeep.catalogue.CancelAsks.CancelRequest;
import io.aetherkeep.document.Document;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks and events of the status verticle. */
public final class StatusAsks {

  private StatusAsks() {}

  /**
   * Writes a status, unless the current one is further along.
   *
   * @param document an object with {@code status}, and optionally {@code progress} from 0 to 100
   * @param attempt number of the reporting attempt; without it the current one, or the first
   */
  public record PutStatus(
      String space, String kind, String id, Document document, @Nullable Integer attempt)
      implements Ask<StatusWritten> {

    public PutStatus {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(document, "document");
    }
  }

  /**
   * Result of a write.
   *
   * @param created whether no status existed before
   * @param changed whether it differs from the status before, and so was published
   * @param version entity tag of the status
   * @param cancelRequested the request to cancel this attempt, if there is one
   */
  public record StatusWritten(
      boolean created,
      boolean changed,
      int attempt,
      String offset,
      String version,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable CancelRequest cancelRequested) {}

  /**
   * Summary of the children of a status, which name it as {@code parent} in their documents.
   *
   * @param total number of known children, or {@code children} of the document if that is higher
   * @param progress average of their progress, in whole percent
   */
  public record Children(int total, int done, int failed, int progress) {

    private String version() {
      return "-" + total + "." + done + "." + failed + "." + progress;
    }
  }

  /** Reads a status; fails with {@code status-unknown} or {@code status-expired}. */
  public record ReadStatus(String space, String kind, String id) implements Ask<Status> {

    public ReadStatus {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * A status at one offset of its feed.
   *
   * @param document as it is stored, a hash as an object
   * @param terminal whether it is the last of its attempt
   * @param offset its offset
   * @param previous the offset before it, if there was one
   * @param expiresAt when it expires unless it changes; null if it does not expire
   * @param estimate estimated completion, unless the document has its own
   * @param staleSeconds age of this state while Redis is unavailable; usually null
   * @param cancelRequested the request to cancel this attempt, if there is one
   * @param children what its children have done; absent if it has none
   * @param failed true if it ended in failure or was cancelled; absent otherwise
   */
  public record Status(
      String space,
      String kind,
      String id,
      Document document,
      boolean terminal,
      int attempt,
      String offset,
      @Nullable String previous,
      String updatedAt,
      @Nullable String expiresAt,
      @Nullable Estimate estimate,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long staleSeconds,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable CancelRequest cancelRequested,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Children children,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean failed) {

    /** Offset before all others, of a status that does not exist yet. */
    public static final String BEGINNING = "0-0";

    /**
     * Entity tag, which changes with the document, a request to cancel, and the summary of
     * children.
     */
    public static String version(
        Document document, @Nullable CancelRequest cancelRequested, @Nullable Children children) {
      return document.version()
          + (cancelRequested == null ? "" : "-cancel")
          + (children == null ? "" : children.version());
    }

    public String version() {
      return version(document, cancelRequested, children);
    }

    public Status withEstimate(@Nullable Estimate guess) {
      return new Status(
          space,
          kind,
          id,
          document,
          terminal,
          attempt,
          offset,
          previous,
          updatedAt,
          expiresAt,
          guess,
          staleSeconds,
          cancelRequested,
          children,
          failed);
    }

    /** The same status, as last known some seconds ago. */
    public Status asStale(long seconds) {
      return new Status(
          space,
          kind,
          id,
          document,
          terminal,
          attempt,
          offset,
          previous,
          updatedAt,
          expiresAt,
          estimate,
          seconds,
          cancelRequested,
          children,
          failed);
    }

    /** Whether it comes after an offset. */
    public boolean isAfter(String other) {
      return compare(offset, other) > 0;
    }

    private static int compare(String one, String other) {
      int byTime = Long.compare(part(one, 0), part(other, 0));
      return byTime == 0 ? Long.compare(part(one, 1), part(other, 1)) : byTime;
    }

    private static long part(String offset, int index) {
      int dash = offset.indexOf('-');
      return Long.parseLong(index == 0 ? offset.substring(0, dash) : offset.substring(dash + 1));
    }

    /** Whether a text is a valid offset. */
    public static boolean isOffset(String text) {
      return text.matches("[0-9]{1,15}-[0-9]{1,9}");
    }
  }

  /**
   * Estimated completion.
   *
   * @param basis {@code progress}, or the {@code history} of the kind
   */
  public record Estimate(String completionTime, String basis) {}

  /**
   * Reads the statuses after an offset.
   *
   * @param after last known offset; null for the current status only
   */
  public record FollowStatus(String space, String kind, String id, @Nullable String after)
      implements Ask<Followed> {

    public FollowStatus {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * The statuses after an offset, in order.
   *
   * @param recovered whether none is missing; otherwise only the current status is returned
   */
  public record Followed(List<Status> statuses, boolean recovered) {

    public Followed {
      statuses = List.copyOf(statuses);
    }
  }

  /**
   * A status changed.
   *
   * @param children what its children have done; absent if it has none
   * @param failed true if it ended in failure or was cancelled; absent otherwise
   */
  public record StatusChanged(
      String space,
      String kind,
      String id,
      int attempt,
      String offset,
      boolean terminal,
      Document document,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Children children,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean failed)
      implements Event, Sized {

    @Override
    public int documentBytes() {
      return document.length();
    }
  }

  /** Running work has not reported for too long; published once for each stall. */
  public record StatusStalled(String space, String kind, String id, int attempt, String updatedAt)
      implements Event {}

  /** Redis published a status, written by any node. */
  public record StatusNotice(Status status) implements Signal {}

  /** Messages from Redis may have been missed: any status of the space may have changed. */
  public record StatusesMissed(String space) implements Signal {}
}
