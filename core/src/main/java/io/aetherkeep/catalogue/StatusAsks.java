package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Signal;
import io.aetherkeep.bus.Sized;
import io.aetherkeep.document.Document;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks and events of the status verticle. */
public final class StatusAsks {

  private StatusAsks() {}

  /**
   * Writes a status, unless it goes back behind the current one.
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
   * Requests that the worker ends an attempt. The worker may refuse and complete it. A repeated
   * request changes nothing; fails with {@code status-final} if the attempt has ended.
   *
   * @param reason shown to the worker; up to 256 characters
   * @param attempt number of the attempt to cancel; without it the current one
   * @param terminate whether a Celery task that runs already is terminated
   */
  public record CancelStatus(
      String space,
      String kind,
      String id,
      @Nullable String reason,
      @Nullable Integer attempt,
      @Nullable Boolean terminate)
      implements Ask<StatusCancel> {

    public CancelStatus {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * Request to cancel an attempt.
   *
   * @param reason why; null if none was given
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record CancelRequest(@Nullable String reason, String requestedAt) {}

  /**
   * Result of a request to cancel.
   *
   * @param changed whether this is the first request of the attempt
   * @param offset offset of the request in the status's feed
   * @param workers number of Celery workers that received the revocation; absent without Celery
   */
  public record StatusCancel(
      boolean changed,
      int attempt,
      String offset,
      CancelRequest cancelRequested,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer workers) {

    public StatusCancel withWorkers(int count) {
      return new StatusCancel(changed, attempt, offset, cancelRequested, count);
    }
  }

  /**
   * What the children of a status have done. They name it as {@code parent} in their documents.
   *
   * @param total how many there are: as many as are known, or as it says in {@code children}
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
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Children children) {

    /**
     * Entity tag: it changes with the document, with a request to cancel, and with what is known of
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
          children);
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
          children);
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

  /** Reads up to a hundred statuses. */
  public record ReadStatuses(String space, String kind, List<String> ids) implements Ask<Statuses> {

    public ReadStatuses {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(kind, "kind");
      ids = List.copyOf(Objects.requireNonNull(ids, "ids"));
    }
  }

  /**
   * Several statuses.
   *
   * @param unreadable ids whose stored value is not JSON; absent if there are none
   * @param omitted ids that were not read, because the answer has its maximum size: read them
   *     again; absent if there are none
   */
  public record Statuses(
      Map<String, Document> found,
      List<String> missing,
      @Nullable List<String> unreadable,
      @Nullable List<String> omitted)
      implements Sized {

    public Statuses {
      found = Collections.unmodifiableMap(new LinkedHashMap<>(found));
      missing = List.copyOf(missing);
      unreadable = unreadable == null || unreadable.isEmpty() ? null : List.copyOf(unreadable);
      omitted = omitted == null || omitted.isEmpty() ? null : List.copyOf(omitted);
    }

    @Override
    public int documentBytes() {
      return found.values().stream().mapToInt(Document::length).sum();
    }
  }

  /**
   * Lists running work.
   *
   * @param cursor {@code next} of the page before
   * @param limit approximate size of a page, 50 by default
   */
  public record ListStatuses(
      String space, String kind, @Nullable String cursor, @Nullable Integer limit)
      implements Ask<StatusPage> {

    public ListStatuses {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(kind, "kind");
    }
  }

  /** A page; {@code next} is null at the end. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record StatusPage(List<Listed> items, @Nullable String next) implements Sized {

    public StatusPage {
      items = List.copyOf(items);
    }

    @Override
    public int documentBytes() {
      return items.stream().mapToInt(item -> item.document().length()).sum();
    }
  }

  /**
   * Running work in a list.
   *
   * @param stalledAt when it counts as stalled, unless it reports before
   * @param cancelRequested the request to cancel it, if there is one
   */
  public record Listed(
      String id,
      int attempt,
      String updatedAt,
      @Nullable String expiresAt,
      String stalledAt,
      @Nullable Estimate estimate,
      Document document,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable CancelRequest cancelRequested) {}

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
   */
  public record StatusChanged(
      String space,
      String kind,
      String id,
      int attempt,
      String offset,
      boolean terminal,
      Document document,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Children children)
      implements Event, Sized {

    @Override
    public int documentBytes() {
      return document.length();
    }
  }

  /** Running work has not reported for too long; published once for each stall. */
  public record StatusStalled(String space, String kind, String id, int attempt, String updatedAt)
      implements Event {}

  /** A client requested the worker to cancel an attempt; published once for each attempt. */
  public record StatusCancelRequested(
      String space,
      String kind,
      String id,
      int attempt,
      String offset,
      CancelRequest cancelRequested)
      implements Event {}

  /** Redis published a status, written by any node. */
  public record StatusNotice(Status status) implements Signal {}

  /** Messages from Redis may have been missed: any status of the space may have changed. */
  public record StatusesMissed(String space) implements Signal {}
}
