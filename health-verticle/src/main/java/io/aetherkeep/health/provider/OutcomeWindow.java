package io.aetherkeep.health.provider;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sliding window of a provider's outcomes, parsed from its hash. Invalid fields are ignored,
 * because any client can write there.
 *
 * @param latencies the last hundred latencies in ms, ascending
 * @param requests the number of outcomes in the last 15 minutes
 */
record OutcomeWindow(List<Long> latencies, long requests) {

  private static final int MINUTES = 15;
  private static final Pattern MINUTE = Pattern.compile("m([0-9]{1,12})");
  private static final Pattern COUNTS = Pattern.compile("([0-9]{1,12}) ([0-9]{1,12})\\b.*");
  private static final Pattern LATENCY = Pattern.compile("[0-9]{1,12}");

  OutcomeWindow {
    latencies = List.copyOf(latencies);
  }

  static OutcomeWindow of(Map<String, String> fields, long nowMillis) {
    long oldest = nowMillis / 60_000 - MINUTES + 1;
    long requests = 0;
    for (Map.Entry<String, String> field : fields.entrySet()) {
      Matcher minute = MINUTE.matcher(field.getKey());
      Matcher counts = COUNTS.matcher(field.getValue());
      if (minute.matches() && Long.parseLong(minute.group(1)) >= oldest && counts.matches()) {
        requests += Long.parseLong(counts.group(1)) + Long.parseLong(counts.group(2));
      }
    }
    return new OutcomeWindow(latencies(fields.getOrDefault("latencies", "")), requests);
  }

  private static List<Long> latencies(String text) {
    return LATENCY
        .matcher(text)
        .results()
        .map(latency -> Long.valueOf(latency.group()))
        .sorted()
        .toList();
  }

  /** Returns a percentile of the latencies by nearest rank, or null if there are none. */
  @Nullable Long percentile(double share) {
    int rank = (int) Math.ceil(share * latencies.size());
    return latencies.isEmpty() ? null : latencies.get(Math.max(0, rank - 1));
  }
}
