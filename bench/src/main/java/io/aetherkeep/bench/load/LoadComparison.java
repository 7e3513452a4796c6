package io.aetherkeep.bench.load;

import io.aetherkeep.bench.report.BenchRun;
import io.aetherkeep.bench.report.Goal;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Comparison of a node with other servers under the same load, in alternating rounds: requests a
 * second, and the processor time of a request in the server and in Redis.
 */
public final class LoadComparison {

  /** A server with the load that it gets. */
  private record Contestant(Server server, Loader loader) {}

  /** Load of one server for some seconds. */
  public interface Loader {
    Load.Result run(double seconds) throws Exception;
  }

  /** Result of a round, processor time in microseconds a request. */
  private record Turn(double perSecond, double server, double redis) {
    double both() {
      return server + redis;
    }
  }

  /** Part of a server's processor time that its compilers use once they are nearly done. */
  private static final double COMPILERS = 0.03;

  private static final int MOST_WARM_UPS = 16;

  private final BenchRun run;
  private final String work;
  private final LongSupplier redisNanos;
  private final List<Contestant> all = new ArrayList<>();
  private boolean withRedis;
  private @Nullable Goal processorGoal;
  private @Nullable Goal rateGoal;

  /**
   * Creates a comparison.
   *
   * @param redisNanos returns the processor time that Redis has used
   */
  public LoadComparison(BenchRun run, String work, LongSupplier redisNanos) {
    this.run = run;
    this.work = work;
    this.redisNanos = redisNanos;
  }

  /** Adds a server with the requests that it gets; the node is the first. */
  public LoadComparison with(Vertx vertx, Server server, List<Buffer> requests) {
    return with(server, seconds -> new Load(vertx, requests, server.port()).run(seconds));
  }

  public LoadComparison with(Server server, Loader loader) {
    all.add(new Contestant(server, loader));
    return this;
  }

  /** Also counts Redis's processor time, because both servers leave work to it. */
  public LoadComparison withRedis() {
    withRedis = true;
    return this;
  }

  /** Sets the goals of the comparison with the first other server. */
  public LoadComparison goals(@Nullable Goal processor, @Nullable Goal rate) {
    processorGoal = processor;
    rateGoal = rate;
    return this;
  }

  public void measure() throws Exception {
    Map<Contestant, List<Turn>> turns = new LinkedHashMap<>();
    for (Contestant each : all) {
      warmUp(each);
      turns.put(each, new ArrayList<>());
    }
    List<Contestant> order = new ArrayList<>(all);
    for (int round = 0; round < run.scale().rounds(); round++) {
      for (Contestant each : order) {
        Objects.requireNonNull(turns.get(each)).add(turn(each));
      }
      Collections.reverse(order);
    }
    List<Turn> ours = Objects.requireNonNull(turns.remove(all.get(0)));
    turns.forEach((other, theirs) -> rows(ours, other, theirs));
  }

  /**
   * Loads a server until its JVM hardly compiles any more: a node has more code than a bare
   * handler, and compilers share its processor time.
   */
  private void warmUp(Contestant each) throws Exception {
    int most = run.scale().of(MOST_WARM_UPS, 1);
    for (int i = 0; i < most; i++) {
      Duration cpu = each.server.cpu();
      Duration compilers = each.server.compilers();
      each.loader.run(run.scale().warmUp());
      double used = each.server.cpu().minus(cpu).toNanos();
      if (each.server.compilers().minus(compilers).toNanos() <= used * COMPILERS) {
        return;
      }
    }
  }

  private void rows(List<Turn> ours, Contestant other, List<Turn> theirs) {
    boolean first = all.get(1).equals(other);
    Function<Turn, Double> processor = withRedis ? Turn::both : Turn::server;
    run.row(
        work,
        withRedis ? "processor time, Redis included" : "processor time",
        "µs",
        ours.stream().map(processor).toList(),
        other.server.name(),
        theirs.stream().map(processor).toList(),
        first ? processorGoal : null);
    run.row(
        work,
        "requests a second",
        "",
        ours.stream().map(Turn::perSecond).toList(),
        other.server.name(),
        theirs.stream().map(Turn::perSecond).toList(),
        first ? rateGoal : null);
  }

  private Turn turn(Contestant each) throws Exception {
    long server = each.server.cpu().toNanos();
    long redis = redisNanos.getAsLong();
    Load.Result result = each.loader.run(run.scale().seconds());
    if (result.failed() > 0 || result.answered() == 0) {
      throw new IllegalStateException(
          "%s answered %d and failed %d"
              .formatted(each.server.name(), result.answered(), result.failed()));
    }
    double requests = result.answered() * 1000.0;
    return new Turn(
        result.perSecond(),
        (each.server.cpu().toNanos() - server) / requests,
        (redisNanos.getAsLong() - redis) / requests);
  }
}
