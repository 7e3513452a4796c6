package io.aetherkeep.health.node;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.OverviewAsks;
import io.aetherkeep.catalogue.OverviewAsks.Failed;
import io.aetherkeep.catalogue.OverviewAsks.ReadPast;
import io.aetherkeep.catalogue.OverviewAsks.Sample;
import io.aetherkeep.catalogue.StatusAsks.StatusChanged;
import io.aetherkeep.keyspace.PerSpace;
import io.vertx.core.Future;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Samples and failures of each space in the last hour, in this node's memory, shared by its
 * instances.
 */
public final class RecentSamples {

  public static final Duration EVERY = Duration.ofSeconds(10);

  private static final int MOST_SAMPLES = 360;
  private static final int MOST_FAILURES = 50;
  private static final int LONGEST_DOCUMENT = 4096;

  /** Samples and failures of one space. */
  private static final class Hour {
    private final Deque<Sample> samples = new ArrayDeque<>();
    private final Deque<Failed> failures = new ArrayDeque<>();
  }

  private final PerSpace<Hour> hours;

  public RecentSamples(Collection<String> spaces) {
    hours =
        PerSpace.by(
            spaces.stream().collect(Collectors.toMap(Function.identity(), space -> new Hour())));
  }

  public void add(String space, Sample sample) {
    Hour hour = hours.of(space);
    synchronized (hour) {
      hour.samples.addLast(sample);
      if (hour.samples.size() > MOST_SAMPLES) {
        hour.samples.removeFirst();
      }
    }
  }

  /** Records a status that has failed. */
  public void onStatusChanged(StatusChanged event, Instant at) {
    Hour hour = hours.find(event.space()).orElse(null);
    if (hour == null || !Boolean.TRUE.equals(event.failed())) {
      return;
    }
    boolean small = event.document().length() <= LONGEST_DOCUMENT;
    Failed failed =
        new Failed(
            event.kind(),
            event.id(),
            event.attempt(),
            at.toString(),
            small ? event.document() : null);
    synchronized (hour) {
      hour.failures.removeIf(
          other -> other.kind().equals(event.kind()) && other.id().equals(event.id()));
      hour.failures.addFirst(failed);
      if (hour.failures.size() > MOST_FAILURES) {
        hour.failures.removeLast();
      }
    }
  }

  public Future<OverviewAsks.Past> read(ReadPast ask) {
    Instant after = instant(ask.after());
    Hour hour = hours.of(ask.space());
    synchronized (hour) {
      List<Sample> since =
          hour.samples.stream()
              .filter(sample -> after == null || Instant.parse(sample.at()).isAfter(after))
              .toList();
      return Future.succeededFuture(
          new OverviewAsks.Past(ask.space(), EVERY.toSeconds(), since, List.copyOf(hour.failures)));
    }
  }

  private static @Nullable Instant instant(@Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeException e) {
      throw Failure.of(
          Code.INVALID_PARAMETER, "'after' must be a time such as 2026-01-31T09:41:12Z");
    }
  }
}
