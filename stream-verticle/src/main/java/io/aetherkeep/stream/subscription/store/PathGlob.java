package io.aetherkeep.stream.subscription.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionConfig;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Glob of stream paths: the segment {@code *} matches any one segment, {@code **} any number of
 * segments, including none.
 */
public final class PathGlob {

  private static final int LONGEST = 256;
  private static final String ONE = "*";
  private static final String ANY = "**";

  private final List<String> segments;
  private final @Nullable String except;

  private PathGlob(List<String> segments, @Nullable String except) {
    this.segments = segments;
    this.except = except;
  }

  /**
   * The glob of a subscription; null if it has none. The stream of its own wakes never matches,
   * because each wake would cause the next one.
   */
  static @Nullable public PathGlob of(SubscriptionConfig config) {
    return config.pattern() == null ? null : of(config.pattern(), config.wakeStream());
  }

  static PathGlob of(String pattern, @Nullable String except) {
    List<String> segments = List.of(pattern.split("/", -1));
    for (String segment : segments) {
      boolean wild = segment.equals(ONE) || segment.equals(ANY);
      if (segment.isEmpty() || (!wild && segment.contains("*"))) {
        throw invalid("Each segment of a pattern is '*', '**', or a name without '*'");
      }
    }
    if (pattern.length() > LONGEST) {
      throw invalid("A pattern has at most " + LONGEST + " characters");
    }
    return new PathGlob(segments, except);
  }

  private static Failure invalid(String reason) {
    return Failure.of(Code.INVALID_PATTERN, reason);
  }

  /** The common prefix of all matching paths. */
  public String prefix() {
    StringBuilder prefix = new StringBuilder();
    for (int i = 0; i < segments.size(); i++) {
      String segment = segments.get(i);
      if (segment.equals(ANY)) {
        // It may match no segment; then the path has no slash at this place.
        return prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
      }
      if (segment.equals(ONE)) {
        return prefix.toString();
      }
      prefix.append(segment).append(i + 1 < segments.size() ? "/" : "");
    }
    return prefix.toString();
  }

  /** Whether a path matches; the time is bounded by the product of the lengths. */
  public boolean matches(String path) {
    String[] parts = path.split("/", -1);
    // Whether the segments so far match the first i parts of the path, for each i.
    boolean[] matched = new boolean[parts.length + 1];
    matched[0] = true;
    for (String segment : segments) {
      boolean[] next = new boolean[parts.length + 1];
      for (int i = 0; i <= parts.length; i++) {
        if (segment.equals(ANY)) {
          next[i] = matched[i] || (i > 0 && next[i - 1]);
        } else {
          next[i] =
              i > 0 && matched[i - 1] && (segment.equals(ONE) || segment.equals(parts[i - 1]));
        }
      }
      if (noneOf(next)) {
        return false;
      }
      matched = next;
    }
    return matched[parts.length] && !path.equals(except);
  }

  private static boolean noneOf(boolean[] flags) {
    return Arrays.equals(flags, new boolean[flags.length]);
  }
}
