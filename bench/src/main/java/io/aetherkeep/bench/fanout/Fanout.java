package io.aetherkeep.bench.fanout;

import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.report.BenchRun;
import io.aetherkeep.bench.report.Goal;
import io.aetherkeep.bench.report.Samples;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Comparison of fan-out, in alternating rounds of a few changes each: the time until the last
 * receiver has read a change, and the server's processor time for it.
 */
public final class Fanout {

  private static final int CHANGES = 4;

  /** Writer of a change, and the server whose receivers get it. */
  private record Source(String name, Server server, Consumer<String> write) {}

  /** Result of a round: milliseconds a change. */
  private record Turn(double toTheLast, double processor) {}

  private final BenchRun run;
  private final Arrivals arrivals;
  private final String format;
  private final List<Source> all = new ArrayList<>();
  private final Map<String, List<Turn>> turns = new LinkedHashMap<>();
  private int changes = 1_000_000;

  /**
   * Creates a comparison.
   *
   * @param format the format of a change's number, which has as many digits as the arrivals expect
   */
  public Fanout(BenchRun run, Arrivals arrivals, String format) {
    this.run = run;
    this.arrivals = arrivals;
    this.format = format;
  }

  /** Adds a server; the node is the first. */
  public Fanout with(String name, Server server, Consumer<String> write) {
    all.add(new Source(name, server, write));
    return this;
  }

  /** Removes the servers whose receivers are gone. */
  public void retain(List<String> names) {
    all.removeIf(source -> !names.contains(source.name));
  }

  /** Sends changes to the receivers of each server, in alternating rounds. */
  public Fanout measure(int receivers) throws Exception {
    turns.clear();
    for (Source source : all) {
      turns.put(source.name, new ArrayList<>());
      for (int i = 0; i < run.scale().of(20, 2); i++) {
        change(source, receivers);
      }
    }
    List<Source> order = new ArrayList<>(all);
    for (int round = 0; round < run.scale().of(7, 1); round++) {
      for (Source source : order) {
        Objects.requireNonNull(turns.get(source.name)).add(turn(source, receivers));
      }
      Collections.reverse(order);
    }
    return this;
  }

  private Turn turn(Source source, int receivers) throws InterruptedException {
    long before = source.server.cpu().toNanos();
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < CHANGES; i++) {
      millis.add(change(source, receivers));
    }
    return new Turn(
        Samples.median(millis), (source.server.cpu().toNanos() - before) / 1e6 / CHANGES);
  }

  private double change(Source source, int receivers) throws InterruptedException {
    String number = format.formatted(++changes);
    try {
      return arrivals.millis(number, receivers, () -> source.write.accept(number));
    } catch (IllegalStateException e) {
      throw new IllegalStateException(source.name + ": " + e.getMessage(), e);
    }
  }

  /** Returns the median time to the last receiver of a server. */
  public double median(String name) {
    return Samples.median(millis(name));
  }

  private List<Double> millis(String name) {
    return Objects.requireNonNull(turns.get(name)).stream().map(Turn::toTheLast).toList();
  }

  /**
   * Adds the rows of the last measurement; the goal applies to the comparison with the second
   * server.
   */
  public void rows(String work, @Nullable Goal goal) {
    String ours = all.get(0).name;
    for (Source other : all.subList(1, all.size())) {
      run.row(
          work,
          "time to the last",
          "ms",
          millis(ours),
          other.name,
          millis(other.name),
          other.equals(all.get(1)) ? goal : null);
      run.row(
          work,
          "processor time of a change",
          "ms",
          processor(ours),
          other.name,
          processor(other.name),
          null);
    }
  }

  private List<Double> processor(String name) {
    return Objects.requireNonNull(turns.get(name)).stream().map(Turn::processor).toList();
  }
}
