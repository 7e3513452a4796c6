package io.aetherkeep.cache.config;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.config.ConfigHistory.Page;
import io.aetherkeep.cache.config.ConfigHistory.Version;
import io.aetherkeep.catalogue.ConfigAsks.ConfigVersion;
import io.aetherkeep.catalogue.ConfigAsks.ConfigVersions;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.JsonDiff;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.Key;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Listing of a configuration's versions in pages, each version as a JSON Patch on the one before.
 */
final class ConfigPages {

  private static final int MOST_LISTED = 50;

  /** Longest diff to return: earlier releases stored diffs of any length. */
  private static final int LONGEST_DIFF = 128 << 10;

  /** Diff of a version whose predecessor is lost or is not JSON. */
  private static final Document UNKNOWN = Document.of("[{\"op\":\"unknown\"}]");

  private ConfigPages() {}

  /**
   * Reads a page.
   *
   * @param cursor {@code next} of the page before
   * @param limit maximum number of versions
   */
  static Future<ConfigVersions> read(
      ConfigHistory history, Key<Document> key, @Nullable String cursor, @Nullable Integer limit) {
    int most = Math.min(MOST_LISTED, limit == null ? MOST_LISTED : limit);
    if (most < 1) {
      throw Failure.of(Code.INVALID_PARAMETER, "limit must be at least 1");
    }
    long from = from(cursor);
    return history
        .read(key, from, most)
        .compose(
            page -> {
              if (page.versions().isEmpty() && from == 0) {
                throw Failure.of(Code.CONFIG_UNKNOWN, "No configuration ever had this name");
              }
              return Offload.run(bytes(page), () -> listed(page, most));
            });
  }

  /** The version number that starts the page; 0 for the newest. */
  private static long from(@Nullable String cursor) {
    if (cursor == null) {
      return 0;
    }
    if (!cursor.matches("[1-9][0-9]{0,14}")) {
      throw Failure.of(Code.INVALID_PARAMETER, "The cursor is not one that this server returned");
    }
    return Long.parseLong(cursor);
  }

  private static int bytes(Page page) {
    return page.versions().stream()
        .map(Version::value)
        .mapToInt(value -> value == null ? 0 : value.length())
        .sum();
  }

  /**
   * Diffs each version against its predecessor; unless it reaches the end, the page holds one extra
   * version for that.
   */
  private static ConfigVersions listed(Page page, int most) {
    List<Version> versions = page.versions();
    boolean all = page.toTheEnd() && versions.size() <= most;
    List<ConfigVersion> rows = new ArrayList<>();
    for (int i = 0; i < versions.size() - (all ? 0 : 1); i++) {
      rows.add(row(versions.get(i), i + 1 < versions.size() ? versions.get(i + 1) : null));
    }
    return new ConfigVersions(
        rows, all ? null : Long.toString(versions.get(versions.size() - 1).number()));
  }

  private static ConfigVersion row(Version version, @Nullable Version before) {
    Document value = version.value();
    ConfigAuthor author = ConfigAuthor.stored(version.by());
    return new ConfigVersion(
        version.number(),
        version.at(),
        author.name(),
        author.claim(),
        value == null ? null : value.version(),
        diff(version, before));
  }

  private static Document diff(Version version, @Nullable Version before) {
    if (version.diff() != null) {
      return version.diff().length() <= LONGEST_DIFF ? version.diff() : UNKNOWN;
    }
    Document from = before == null ? null : before.value();
    Document to = version.value();
    boolean first = before == null && version.number() > 1;
    return first || (from != null && !from.isJson()) || (to != null && !to.isJson())
        ? UNKNOWN
        : JsonDiff.between(from, to);
  }
}
