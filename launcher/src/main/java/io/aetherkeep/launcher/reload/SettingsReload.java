package io.aetherkeep.launcher.reload;

import io.aetherkeep.catalogue.HealthAsks.ReadSettings;
import io.aetherkeep.catalogue.HealthAsks.SettingsState;
import io.aetherkeep.launcher.reload.SettingsFile.Loaded;
import io.aetherkeep.launcher.settings.RunningSettings;
import io.aetherkeep.launcher.settings.Settings.LogLevel;
import io.aetherkeep.launcher.settings.SettingsException;
import io.aetherkeep.router.access.WatchedFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Reload of the settings of a running node. A valid file is applied as far as possible, and the log
 * names the changes that need a restart. An invalid file changes nothing, and the log lists its
 * problems.
 */
public final class SettingsReload {

  private static final System.Logger LOG = System.getLogger(SettingsReload.class.getName());

  private static final Duration EVERY = Duration.ofSeconds(2);

  private final SettingsFile file;
  private final Loaded started;
  private final Consumer<LogLevel> logLevel;
  private final LongAdder applied = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private volatile Loaded last;
  private volatile State state;

  /** Result of the last reading. */
  private record State(Instant loadedAt, List<String> waiting, List<String> problems) {}

  /**
   * Creates the reload of a node.
   *
   * @param started the settings that it started with
   * @param logLevel receives a changed log level
   */
  public SettingsReload(SettingsFile file, Loaded started, Consumer<LogLevel> logLevel) {
    this.file = file;
    this.logLevel = logLevel;
    this.started = started;
    this.last = started;
    this.state = new State(now(), List.of(), List.of());
  }

  /**
   * Reads the settings again; blocks for as long as the file takes to read.
   *
   * @param cause reason of the reload, for the log
   */
  public synchronized void run(String cause) {
    try {
      apply(file.load(), cause);
    } catch (SettingsException e) {
      refused.increment();
      state = new State(state.loadedAt, state.waiting, e.problems());
      LOG.log(
          System.Logger.Level.ERROR,
          "Settings were not changed ({0}), because they have problems: {1}",
          cause,
          String.join("; ", e.problems()));
    }
  }

  /**
   * Reloads after each change of the file, also if the file or a link to it is replaced, and now if
   * it has changed since the start read it.
   */
  public Future<Void> follow(Vertx vertx) {
    Path path = file.file();
    AtomicBoolean first = new AtomicBoolean(true);
    return path == null
        ? Future.succeededFuture()
        : WatchedFile.follow(
            vertx,
            path,
            EVERY,
            bytes -> {
              boolean unchecked = first.getAndSet(false);
              vertx.executeBlocking(() -> reloaded(path + " has changed", unchecked), true);
            },
            false);
  }

  /**
   * Reloads after a change of the file.
   *
   * @param unchecked whether the file may be the one that was loaded last
   */
  private synchronized boolean reloaded(String cause, boolean unchecked) {
    if (unchecked && RunningSettings.changed(last.source(), file.source()).isEmpty()) {
      return false;
    }
    run(cause);
    return true;
  }

  private void apply(Loaded fresh, String cause) {
    List<String> changed = RunningSettings.changed(last.source(), fresh.source());
    List<String> waiting = RunningSettings.waiting(started.source(), fresh.source());
    RunningSettings.apply(started.settings(), fresh.settings());
    last = fresh;
    state = new State(now(), waiting, List.of());
    applied.increment();
    logChanges(changed.stream().filter(RunningSettings::canChange).toList(), cause);
    if (!waiting.isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Changed settings that need a restart: {0}",
          String.join(", ", waiting));
    }
    if (changed.contains("log.level")) {
      logLevel.accept(fresh.settings().logLevel());
    }
  }

  /** Logs what changed; a change of the log level as a warning, which most levels show. */
  private void logChanges(List<String> changed, String cause) {
    LOG.log(
        changed.contains("log.level") ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
        "Settings were loaded ({0}); changed: {1}",
        cause,
        changed.isEmpty() ? "nothing" : String.join(", ", last.source().shown(changed)));
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  /** Returns when the settings were last loaded, and what waits for a restart. */
  public Future<SettingsState> read(ReadSettings ask) {
    State now = state;
    return Future.succeededFuture(
        new SettingsState(
            file.file() == null ? null : file.file().toString(),
            now.loadedAt.toString(),
            now.waiting,
            now.problems));
  }

  /** Number of readings that were applied. */
  public long applied() {
    return applied.sum();
  }

  /** Number of readings that had problems. */
  public long refused() {
    return refused.sum();
  }

  /** Number of changed settings that wait for a restart. */
  public int waiting() {
    return state.waiting.size();
  }
}
