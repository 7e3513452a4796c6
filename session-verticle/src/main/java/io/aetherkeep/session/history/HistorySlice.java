package io.aetherkeep.session.history;

import io.aetherkeep.catalogue.HistoryAsks.HistoryFollowed;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Offload;
import io.aetherkeep.session.store.HistoryStore.Transcript;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Slice of a history after an offset. An offset is a fingerprint of the last messages up to it, so
 * that it stays the same when older messages are trimmed, and whichever service appended them.
 */
final class HistorySlice {

  /** Number of messages that are read; a follower that missed more has a gap. */
  static final int MOST = 200;

  /** Number of messages that a follower gets at first. */
  private static final int FIRST = 50;

  /** Limit of the bytes of one answer; the newest message is always in it. */
  private static final int MOST_BYTES = 1 << 20;

  /** Number of messages that a fingerprint covers: equal messages in a row are rare. */
  private static final int COVERED = 4;

  /** Offset of a history without messages. */
  private static final String BEGINNING = "0";

  private HistorySlice() {}

  static Future<HistoryFollowed> after(@Nullable String offset, Transcript read, String known) {
    List<Document> all = read.messages();
    int bytes = all.stream().mapToInt(Document::length).sum();
    return Offload.run(bytes, () -> slice(offset, all, !read.more(), known));
  }

  private static HistoryFollowed slice(
      @Nullable String offset, List<Document> all, boolean whole, String known) {
    int size = all.size();
    int from = offset == null ? -1 : find(offset, all, whole);
    int least = fitting(all, offset == null ? FIRST : size);
    boolean recovered = offset == null || (from >= 0 && from >= least);
    int begin = recovered && offset != null ? from : Math.max(least, fitting(all, FIRST));
    return new HistoryFollowed(
        all.subList(begin, size),
        size == 0 ? BEGINNING : fingerprint(all, size),
        known,
        recovered,
        begin > 0 || !whole);
  }

  /** The index of the first of the newest messages that fit into an answer. */
  private static int fitting(List<Document> all, int most) {
    int first = all.size();
    long bytes = 0;
    while (first > 0 && all.size() - first < most) {
      bytes += all.get(first - 1).length();
      if (bytes > MOST_BYTES && first < all.size()) {
        return first;
      }
      first--;
    }
    return first;
  }

  /** The number of messages up to an offset, or -1 if it is not among them. */
  private static int find(String offset, List<Document> all, boolean whole) {
    int least = whole ? 1 : COVERED;
    for (int end = all.size(); end >= least; end--) {
      if (offset.equals(fingerprint(all, end))) {
        return end;
      }
    }
    return whole && offset.equals(BEGINNING) ? 0 : -1;
  }

  private static String fingerprint(List<Document> all, int end) {
    return Document.ofText(
            all.subList(Math.max(0, end - COVERED), end).stream()
                .map(Document::version)
                .collect(Collectors.joining(",")))
        .version();
  }
}
