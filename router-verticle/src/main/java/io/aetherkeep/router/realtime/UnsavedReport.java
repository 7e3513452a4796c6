package io.aetherkeep.router.realtime;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.Reported;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Playback report of a socket that is not stored yet. Later reports carry its change of state or
 * rate: a node answers a position alone from memory during an outage, and the change would be late
 * after that.
 */
final class UnsavedReport {

  private @Nullable ReportPlayback kept;
  private int inFlight;

  /** Number of reports that were sent. */
  private long sent;

  /** Number of the latest report that was stored, among those of a change. */
  private long stored;

  /** Sends a report, with what is not stored yet; a report that Redis cannot store is kept. */
  Future<Reported> send(Bus bus, ReportPlayback newer) {
    ReportPlayback report = withUnsaved(newer);
    if (isChange(report) || (kept != null && !isChange(kept))) {
      kept = report;
    }
    return ask(bus, report);
  }

  /** Sends the report again that Redis could not store. */
  void retry(Bus bus) {
    if (kept != null && inFlight == 0) {
      ask(bus, kept);
    }
  }

  private Future<Reported> ask(Bus bus, ReportPlayback report) {
    inFlight++;
    long number = ++sent;
    return bus.ask(report)
        .onComplete(
            done -> {
              inFlight--;
              // A retry of an overtaken report would undo the later one.
              if (number > stored) {
                answered(number, report, done);
              }
            });
  }

  private void answered(long number, ReportPlayback report, AsyncResult<Reported> done) {
    if (done.succeeded() && isChange(report)) {
      stored = number;
    }
    boolean unsaved = done.failed() && Failure.from(done.cause()).kind() == Kind.UNAVAILABLE;
    if (unsaved && (kept == null || !isChange(kept))) {
      kept = report;
    } else if (!unsaved && report.equals(kept)) {
      kept = null;
    }
  }

  private static boolean isChange(ReportPlayback report) {
    return report.state() != null || report.rate() != null;
  }

  private ReportPlayback withUnsaved(ReportPlayback newer) {
    ReportPlayback change = kept;
    if (change == null || isOtherPodcast(change, newer)) {
      return newer;
    }
    return new ReportPlayback(
        newer.space(),
        newer.session(),
        newer.state() == null ? change.state() : newer.state(),
        newer.podcast() == null ? change.podcast() : newer.podcast(),
        newer.positionMs() == null ? change.positionMs() : newer.positionMs(),
        newer.rate() == null ? change.rate() : newer.rate(),
        newer.seq(),
        newer.connection(),
        newer.here() == null ? change.here() : newer.here());
  }

  private static boolean isOtherPodcast(ReportPlayback change, ReportPlayback newer) {
    return change.podcast() != null
        && newer.podcast() != null
        && !newer.podcast().equals(change.podcast());
  }
}
