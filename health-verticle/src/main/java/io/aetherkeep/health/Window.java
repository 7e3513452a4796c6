package io.aetherkeep.health;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What was reported of a provider in the last 15 minutes, as the window's fields tell. */
record Window(List<Long> latencies, long requests) {

  Window {
    latencies = List.copyOf(latencies);
  }

  /** The bounds of the latencies that are counted together, in ms; beyond the last is one more. */
  private static final long[] BOUNDS = {
    10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000
  };

  private static final int MINUTES = 15;

  static Window of(Map<String, String> fields, long nowMillis) {
    long[] latencies = new long[BOUNDS.length + 1];
    long requests = 0;
    long oldest = nowMillis / 60_000 - MINUTES + 1;
    for (Map.Entry<String, String> field : fields.entrySet()) {
      if (field.getKey().matches("m[0-9]+") && minute(field.getKey()) >= oldest) {
        String[] counts = field.getValue().split(" ", -1);
        requests += Long.parseLong(counts[0]) + Long.parseLong(counts[1]);
        for (int i = 0; i < latencies.length && i + 2 < counts.length; i++) {
          latencies[i] += Long.parseLong(counts[i + 2]);
        }
      }
    }
    return new Window(LongStream.of(latencies).boxed().toList(), requests);
  }

  private static long minute(String field) {
    return Long.parseLong(field.substring(1));
  }

  /** What that share of the calls took at most, by the bounds; none where no latency was told. */
  @Nullable Long percentile(double share) {
    long all = 0;
    for (long count : latencies) {
      all += count;
    }
    if (all == 0) {
      return null;
    }
    long rank = (long) Math.ceil(share * all);
    long seen = 0;
    for (int i = 0; i < BOUNDS.length; i++) {
      if (seen + latencies.get(i) >= rank) {
        long below = i == 0 ? 0 : BOUNDS[i - 1];
        return below + (BOUNDS[i] - below) * (2 * (rank - seen) - 1) / (2 * latencies.get(i));
      }
      seen += latencies.get(i);
    }
    return BOUNDS[BOUNDS.length - 1];
  }
}
