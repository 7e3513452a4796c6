package io.aetherkeep.router.realtime;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.Reported;
import org.jspecify.annotations.Nullable;

/**
 * Newest playback report of a socket that Redis could not store, to retry it. Later positions,
 * which a node answers from memory during an outage, do not replace its change of state or rate.
 */
final class UnsavedReport {

  private @Nullable ReportPlayback kept;
  private boolean retrying;

  /** Keeps a report that could not be stored. */
  void refused(ReportPlayback newer) {
    ReportPlayback change = changeBefore(newer);
    kept = change == null ? newer : withPosition(change, newer, newer.seq());
  }

  /** Discards what a stored report replaces. */
  void stored(ReportPlayback newer, Reported answer) {
    ReportPlayback change = changeBefore(newer);
    if (change == null) {
      kept = null;
    } else if (!answer.late()) {
      // The position has used its seq, with which the change would be late.
      kept = withPosition(change, newer, newer.seq() == null ? null : newer.seq() + 1);
    }
  }

  void retry(Bus bus) {
    ReportPlayback report = kept;
    if (report == null || retrying) {
      return;
    }
    retrying = true;
    bus.ask(report)
        .onComplete(
            done -> {
              retrying = false;
              boolean again =
                  done.failed() && Failure.from(done.cause()).kind() == Kind.UNAVAILABLE;
              if (!again && report.equals(kept)) {
                kept = null;
              }
            });
  }

  /** Returns the kept report if it has a change that a newer report does not replace. */
  private @Nullable ReportPlayback changeBefore(ReportPlayback newer) {
    ReportPlayback report = kept;
    boolean isChange = report != null && (report.state() != null || report.rate() != null);
    return isChange && newer.state() == null ? report : null;
  }

  private static ReportPlayback withPosition(
      ReportPlayback change, ReportPlayback newer, @Nullable Long seq) {
    if (change.podcast() != null
        && newer.podcast() != null
        && !newer.podcast().equals(change.podcast())) {
      return change;
    }
    return new ReportPlayback(
        change.space(),
        change.session(),
        change.state(),
        change.podcast() == null ? newer.podcast() : change.podcast(),
        newer.positionMs(),
        newer.rate() == null ? change.rate() : newer.rate(),
        seq,
        change.connection(),
        change.here());
  }
}
