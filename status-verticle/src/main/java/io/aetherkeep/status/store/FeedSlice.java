package io.aetherkeep.status.store;

import io.aetherkeep.catalogue.StatusAsks.Followed;
import io.aetherkeep.catalogue.StatusAsks.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Slice of a status feed: the entries after an offset, up to the current status.
 *
 * <p>Each entry names the offset before it, so that every gap is detected: entries trimmed by the
 * feed's limit, a feed that missed a write, or a lost feed.
 */
public record FeedSlice(Followed followed, boolean needsHealing) {

  public static FeedSlice of(List<Status> entries, Status present, String after) {
    List<Status> later = new ArrayList<>();
    boolean reached = false;
    for (Status entry : entries) {
      if (entry.isAfter(after) && !entry.isAfter(present.offset())) {
        later.add(entry);
        reached |= entry.offset().equals(present.offset());
      }
    }
    if (!reached) {
      later.add(present);
    }
    return new FeedSlice(followed(later, present, after), !reached);
  }

  private static Followed followed(List<Status> later, Status present, String after) {
    // A slice of all changes begins with the first one that the feed holds.
    boolean all = after.equals(Status.BEGINNING);
    String before = all ? later.get(0).previous() : after;
    return isWhole(later, before)
        ? new Followed(later, !all || before == null)
        : new Followed(List.of(present), false);
  }

  private static boolean isWhole(List<Status> statuses, @Nullable String after) {
    String last = after;
    for (Status status : statuses) {
      if (!Objects.equals(last, status.previous())) {
        return false;
      }
      last = status.offset();
    }
    return true;
  }
}
