package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Sized;
import io.aetherkeep.catalogue.CancelAsks.CancelRequest;
import io.aetherkeep.catalogue.StatusAsks.Estimate;
import io.aetherkeep.document.Document;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks about many statuses. */
public final class StatusListAsks {

  private StatusListAsks() {}

  /** Reads up to a hundred statuses. */
  public record ReadStatuses(String space, String kind, List<String> ids)
      implements Ask<DocumentsById> {

    public ReadStatuses {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(kind, "kind");
      ids = List.copyOf(Objects.requireNonNull(ids, "ids"));
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
   * Lists the children of a status in pages, as of their last reports, including those that have
   * ended.
   *
   * @param limit approximate size of a page
   */
  public record ListChildren(
      String space, String kind, String id, @Nullable String cursor, @Nullable Integer limit)
      implements Ask<ChildList> {

    public ListChildren {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(id, "id");
    }
  }

  /** A page of children; {@code next} is null at the end. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record ChildList(List<CountedChild> items, @Nullable String next) {

    public ChildList {
      items = List.copyOf(items);
    }
  }

  /**
   * A child of a status.
   *
   * @param phase {@code running}, {@code done} or {@code failed}
   * @param progress in percent; 100 once it has ended
   */
  public record CountedChild(
      String kind, String id, String phase, double progress, String updatedAt) {}

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
}
