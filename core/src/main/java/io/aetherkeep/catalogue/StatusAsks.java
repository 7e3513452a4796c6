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

/** What the status verticle answers and announces. */
public final class StatusAsks {

  private StatusAsks() {}

  /**
   * Puts a status, unless it goes back behind what is there.
   *
   * @param document an object with {@code status}, and {@code progress} from 0 to 100 where known
   * @param attempt which attempt speaks; without it the present one, the first where there is none
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
   * What a status was put as.
   *
   * @param created there was none before
   * @param changed it is another than before, and so was told to those who watch it
   * @param version tells this document from another
   */
  public record StatusWritten(
      boolean created, boolean changed, int attempt, String offset, String version) {}

  /** Reads a status; fails with {@code status-unknown} or {@code status-expired}. */
  public record ReadStatus(String space, String kind, String id) implements Ask<Status> {

    public ReadStatus {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(id, "id");
    }
  }

  /**
   * A status as it was at one place of its course.
   *
   * @param document as it is stored, a hash as an object
   * @param terminal nothing comes after it in this attempt
   * @param offset its place
   * @param previous the place right before it, if there was one
   * @param expiresAt when it will be forgotten unless it changes, if it ever is
   * @param estimate when it may be done, where it does not say so itself
   * @param staleSeconds how long ago it was so, where Redis could not be asked; none usually
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
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long staleSeconds) {

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
          staleSeconds);
    }

    /** The same, as it was a while ago. */
    public Status asStale(long seconds) {
      return new Status(
          space, kind, id, document, terminal, attempt, offset, previous, updatedAt, expiresAt,
          estimate, seconds);
    }

    /** Whether it comes after a place. */
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

    /** Whether a text can be a place. */
    public static boolean isOffset(String text) {
      return text.matches("[0-9]{1,15}-[0-9]{1,9}");
    }
  }

  /**
   * A guess.
   *
   * @param basis what it was made from: {@code progress}, or the {@code history} of the kind
   */
  public record Estimate(String completionTime, String basis) {}

  /** Reads up to a hundred statuses at once. */
  public record ReadStatuses(String space, String kind, List<String> ids) implements Ask<Statuses> {

    public ReadStatuses {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(kind, "kind");
      ids = List.copyOf(Objects.requireNonNull(ids, "ids"));
    }
  }

  /**
   * Many statuses.
   *
   * @param unreadable those whose stored bytes are no JSON; left out where there are none
   * @param omitted those that were not read, for the answer would have more than some MiB: ask for
   *     them again; left out where there are none
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
   * Lists what is in progress.
   *
   * @param cursor the {@code next} of the page before
   * @param limit about how many, 50 where it is not said
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
   * One that is in progress.
   *
   * @param stalledAt when it has stalled, unless something is heard of it before
   */
  public record Listed(
      String id,
      int attempt,
      String updatedAt,
      @Nullable String expiresAt,
      String stalledAt,
      @Nullable Estimate estimate,
      Document document) {}

  /**
   * Asks for what came after a place.
   *
   * @param after the last place that is known; none for the present status alone
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
   * What came after a place, in order.
   *
   * @param recovered nothing is missing; otherwise there is only the present status
   */
  public record Followed(List<Status> statuses, boolean recovered) {

    public Followed {
      statuses = List.copyOf(statuses);
    }
  }

  /** A status became another. */
  public record StatusChanged(
      String space,
      String kind,
      String id,
      int attempt,
      String offset,
      boolean terminal,
      Document document)
      implements Event, Sized {

    @Override
    public int documentBytes() {
      return document.length();
    }
  }

  /** Nothing was heard of what is in progress for longer than usual; told once a silence. */
  public record StatusStalled(String space, String kind, String id, int attempt, String updatedAt)
      implements Event {}

  /** A status was heard of from Redis, whichever node wrote it. */
  public record StatusHeard(Status status) implements Signal {}

  /** Redis was not heard for a while: any status of the space may have changed. */
  public record StatusesMissed(String space) implements Signal {}
}
