package io.aetherkeep.cache.entries;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Space;
import java.time.Duration;
import java.util.List;

/** Limits of an entry: size, lifetime and tags. */
public final class Limits {

  private static final long LONGEST_SECONDS = Duration.ofDays(365).toSeconds();
  private static final int MOST_TAGS = 32;
  private static final int LONGEST_TAG = 128;

  private Limits() {}

  public static void checkValue(Document value, Space space) {
    checkSize(value.length(), space);
    space.checkMembers(value);
  }

  static void checkSize(int bytes, Space space) {
    if (bytes > space.maxValueBytes()) {
      throw Failure.of(
          Code.TOO_LARGE, "The value exceeds the limit of " + space.maxValueBytes() + " bytes");
    }
  }

  static Duration checkedLifetime(long seconds) {
    if (seconds < 1 || seconds > LONGEST_SECONDS) {
      throw Failure.of(
          Code.INVALID_MAX_AGE,
          "max-age must be a whole number of seconds from 1 to " + LONGEST_SECONDS);
    }
    return Duration.ofSeconds(seconds);
  }

  static List<String> checkedTags(List<String> tags) {
    if (tags.size() > MOST_TAGS) {
      throw Failure.of(Code.INVALID_TAG, "An entry can have at most " + MOST_TAGS + " tags");
    }
    tags.forEach(Limits::checkTag);
    return tags.stream().distinct().toList();
  }

  public static void checkTag(String tag) {
    boolean plain = tag.chars().allMatch(c -> c > ' ' && c < 0x7F && c != ',');
    if (tag.isEmpty() || tag.length() > LONGEST_TAG || !plain) {
      throw Failure.of(
          Code.INVALID_TAG,
          "A tag must have 1 to " + LONGEST_TAG + " visible ASCII characters other than commas");
    }
  }
}
