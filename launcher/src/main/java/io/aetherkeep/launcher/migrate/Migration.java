package io.aetherkeep.launcher.migrate;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.redis.connection.RedisErrors;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Migration: copies the keys of a source to a target, then compares all of them, up to three times,
 * until both are equal.
 *
 * <p>Each comparison copies the keys that have changed meanwhile. A run after an interruption
 * resumes the copy; a later run compares again.
 */
public final class Migration {

  /** Reason why a migration cannot start, or failed. */
  public static final class Stopped extends RuntimeException {

    private static final long serialVersionUID = 1;

    Stopped(String reason) {
      super(reason);
    }
  }

  /** Exit status: all keys of the source are equal in the target. */
  public static final int SAME = 0;

  /**
   * Exit status: keys differ, because they changed during the last comparison or could not be
   * copied.
   */
  public static final int DIFFERS = 3;

  /** Reason to refuse a target whose copies are keys to copy, too. */
  public static final String COPIES_ITSELF =
      "--to is the same as --from, and --to-prefix starts with --from-prefix:"
          + " each copy would be copied again";

  private static final int PAGE = 500;
  private static final int MOST_COMPARISONS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final MigrationPlan plan;
  private final MigrationProgress progress;
  private final RedisMigrationEndpoint from;
  private final RedisMigrationEndpoint to;
  private final KeyMapping mapping;
  private final RedisMigrationSteps steps;
  private long paceFrom;

  private Migration(
      MigrationPlan plan,
      RedisMigrationEndpoint from,
      RedisMigrationEndpoint to,
      MigrationProgress progress) {
    this.plan = plan;
    this.progress = progress;
    this.from = from;
    this.to = to;
    this.mapping =
        new KeyMapping(plan.fromPrefix(), plan.toPrefix(), from.isCluster(), to.isCluster());
    this.steps = new RedisMigrationSteps(from, to, mapping, plan.options().byType(), progress::say);
  }

  /** Runs a migration; returns {@link #SAME} or {@link #DIFFERS}. */
  public static int run(MigrationPlan plan, PrintStream out) {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    List<RedisMigrationEndpoint> opened = new ArrayList<>();
    try {
      RedisMigrationEndpoint from = open(vertx, plan, true);
      opened.add(from);
      RedisMigrationEndpoint to = open(vertx, plan, false);
      opened.add(to);
      return new Migration(plan, from, to, new MigrationProgress(out)).run();
    } catch (Failure e) {
      throw new Stopped(e.detail());
    } catch (RedisErrors.Refusal e) {
      throw new Stopped("Redis refuses a command: " + e.reply());
    } finally {
      opened.forEach(RedisMigrationEndpoint::close);
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static RedisMigrationEndpoint open(Vertx vertx, MigrationPlan plan, boolean source) {
    try {
      return RedisMigrationEndpoint.open(vertx, source ? plan.from() : plan.to());
    } catch (RuntimeException e) {
      String reason =
          e instanceof Failure failure ? failure.detail() : String.valueOf(e.getMessage());
      throw new Stopped((source ? "--from " + plan.from() : "--to " + plan.to()) + ": " + reason);
    }
  }

  private int run() {
    if (copiesItself()) {
      throw new Stopped(COPIES_ITSELF);
    }
    progress.say(steps.describe(plan));
    if (plan.options().dryRun()) {
      return dryRun();
    }
    boolean resumed = MigrationState.exists(plan.state());
    if (!resumed && !plan.options().overwrite() && steps.isTaken(plan.toPrefix(), PAGE)) {
      throw new Stopped(
          "the target already has keys that start with '"
              + plan.toPrefix()
              + "': remove them, choose another --to-prefix, or overwrite them with --overwrite");
    }
    try (MigrationState state = MigrationState.open(plan.state(), plan.identity())) {
      if (resumed) {
        progress.say("Resuming from the position stored in " + plan.state());
      }
      if (!state.isCopied()) {
        copy(state);
      }
      return compare(state);
    }
  }

  /** Whether copies would be keys of the source; the server may have several addresses. */
  private boolean copiesItself() {
    boolean database = from.isCluster() || plan.from().database() == plan.to().database();
    return database && plan.toPrefix().startsWith(plan.fromPrefix()) && from.isSameAs(to);
  }

  private int dryRun() {
    MigrationCounts counts = new MigrationCounts();
    pass("count", "0", counts, (keys, next, of) -> steps.count(keys, of));
    step(counts, steps::countIndexes);
    table(counts);
    progress.say("Nothing was written");
    return SAME;
  }

  private void copy(MigrationState state) {
    MigrationCounts counts = new MigrationCounts();
    pass(
        "copy",
        state.cursor(),
        counts,
        (keys, next, of) -> {
          state.writing(keys);
          steps.copy(keys, of);
          state.save(next);
        });
    step(counts, of -> steps.mergeIndexes(of, state::writing));
    state.copied();
    progress.say(String.format(Locale.ROOT, "Copied %,d keys", counts.total()));
  }

  private int compare(MigrationState state) {
    for (int round = 1; ; round++) {
      MigrationCounts counts = new MigrationCounts();
      pass("compare", "0", counts, (keys, next, of) -> steps.compare(keys, of, state::writing));
      step(counts, of -> steps.mergeIndexes(of, state::writing));
      long removed = removeGone(state, counts);
      progress.say(
          String.format(
              Locale.ROOT,
              "Compared %,d keys: copied %,d that differed, removed %,d that no longer exist",
              counts.total(),
              counts.changed(),
              removed));
      boolean same = counts.changed() + removed + counts.failed() == 0;
      if (same || round == MOST_COMPARISONS || counts.failed() > 0) {
        table(counts);
        return conclude(counts, same);
      }
    }
  }

  private int conclude(MigrationCounts counts, boolean same) {
    counts.problems().forEach(problem -> progress.say("Failed: " + problem));
    progress.say(
        same
            ? "Source and target are equal"
            : counts.failed() > 0
                ? counts.failed() + " keys could not be copied or removed"
                : "Keys are still changing: stop all writers of the source, and run the same"
                    + " command again");
    return same ? SAME : DIFFERS;
  }

  private long removeGone(MigrationState state, MigrationCounts counts) {
    long[] removed = {0};
    state.written(
        PAGE, names -> removed[0] += patiently(counts, of -> steps.removeGone(names, of)));
    return removed[0];
  }

  /** Processes a page of keys, with counts of its own. */
  private interface Step {
    void take(List<MovedKey> keys, String next, MigrationCounts of);
  }

  private void pass(String name, String cursor, MigrationCounts counts, Step step) {
    progress.begin(name, from.size());
    paceFrom = System.nanoTime();
    String at = cursor;
    do {
      String here = at;
      RedisMigrationEndpoint.Page page = patiently(() -> from.scan(here, PAGE));
      List<MovedKey> keys = page.keys().stream().flatMap(key -> mapping.map(key).stream()).toList();
      patiently(
          counts,
          of -> {
            step.take(keys, page.isLast() ? "0" : page.next(), of);
            return keys.size();
          });
      counts.scanned(page.keys().size());
      progress.at(counts.scanned());
      pace(counts.scanned());
      at = page.next();
    } while (!at.equals("0"));
  }

  private void step(MigrationCounts counts, Consumer<MigrationCounts> step) {
    patiently(
        counts,
        of -> {
          step.accept(of);
          return 0;
        });
  }

  private void pace(long keys) {
    int most = plan.options().keysPerSecond();
    if (most > 0) {
      LockSupport.parkNanos(paceFrom + keys * 1_000_000_000 / most - System.nanoTime());
    }
  }

  /** Retries for a minute, and counts what the last try counted. */
  private <T> T patiently(MigrationCounts counts, Function<MigrationCounts, T> action) {
    return patiently(
        () -> {
          MigrationCounts of = new MigrationCounts();
          T result = action.apply(of);
          counts.add(of);
          return result;
        });
  }

  /** Retries for a minute while a Redis does not answer. */
  private <T> T patiently(Supplier<T> action) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return action.get();
      } catch (Failure e) {
        if (e.code() != Code.REDIS_UNAVAILABLE || System.nanoTime() > end) {
          throw new Stopped(e.detail() + "; run the same command again to resume");
        }
        progress.say("Waiting: " + e.detail());
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private void table(MigrationCounts counts) {
    progress.say(String.format("  %-32s %12s %15s", "keys that start with", "number", "bytes"));
    counts
        .keys()
        .forEach(
            (beginning, number) ->
                progress.say(
                    String.format(
                        Locale.ROOT,
                        "  %-32s %,12d %,15d",
                        beginning,
                        number,
                        counts.bytes().getOrDefault(beginning, 0L))));
    progress.say(String.format(Locale.ROOT, "  %-32s %,12d", "together", counts.total()));
  }
}
