package io.aetherkeep.session.reports;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.PlaybackAsks.PlaybackChanged;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.session.playback.PlaybackSpace;
import io.aetherkeep.session.playback.PlaybackStore;
import io.aetherkeep.session.playback.StoredPlayback;
import io.aetherkeep.session.reports.Positions.Who;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Write-behind of playback positions: writes the newest position of each session periodically, and
 * announces it.
 *
 * <p>While Redis is unavailable positions are announced and stay pending, at most one per session.
 */
public final class PositionWriter {

  private static final System.Logger LOG = System.getLogger(PositionWriter.class.getName());

  /** How many are written at once, which keeps the connection's queue short. */
  private static final int AT_ONCE = 500;

  private static final long FORGOTTEN_AFTER_MILLIS = 120_000;

  private final PerSpace<PlaybackSpace> spaces;
  private final Positions positions;
  private final InstantSource clock;
  private final Consumer<Event> events;
  private boolean writing;

  public PositionWriter(
      PerSpace<PlaybackSpace> spaces,
      Positions positions,
      InstantSource clock,
      Consumer<Event> events) {
    this.spaces = spaces;
    this.positions = positions;
    this.clock = clock;
    this.events = events;
  }

  /** Runs one round over all spaces, unless one is running. */
  public Future<Void> write() {
    if (writing) {
      return Future.succeededFuture();
    }
    writing = true;
    positions.forgetBefore(clock.millis() - FORGOTTEN_AFTER_MILLIS);
    return writeAll().onComplete(done -> writing = false);
  }

  /** Writes everything, including what a running round has not written yet. */
  Future<Void> writeAll() {
    List<Future<Void>> rounds =
        spaces.all().stream()
            .map(space -> write(space, positions.waitingIn(space.name()), 0))
            .toList();
    return Future.join(rounds).mapEmpty();
  }

  /** Writes in groups, each session once. Later reports are left to the next round. */
  private Future<Void> write(PlaybackSpace space, List<Who> all, int from) {
    if (from >= all.size()) {
      return Future.succeededFuture();
    }
    int to = Math.min(all.size(), from + AT_ONCE);
    List<Future<Void>> some = new ArrayList<>();
    for (Who who : all.subList(from, to)) {
      StoredPlayback playing = positions.take(who);
      if (playing != null) {
        some.add(write(space, who, playing).recover(PositionWriter::unlessUnavailable));
      }
    }
    return Future.join(some)
        .<Void>mapEmpty()
        .compose(
            done -> write(space, all, to),
            unavailable -> {
              all.subList(to, all.size()).forEach(this::announce);
              return Future.succeededFuture();
            });
  }

  /** Ends a round only where Redis is unavailable, and not at a playback that cannot be read. */
  private static Future<Void> unlessUnavailable(Throwable thrown) {
    return isUnavailable(thrown) ? Future.failedFuture(thrown) : Future.succeededFuture();
  }

  private static boolean isUnavailable(Throwable thrown) {
    Code code = Failure.from(thrown).code();
    return code == Code.REDIS_UNAVAILABLE || code == Code.OVERLOADED;
  }

  /** Announces a position that stays pending. */
  private void announce(Who who) {
    StoredPlayback playing = positions.find(who);
    if (playing != null) {
      announce(who, playing, true);
    }
  }

  /** Writes one position; fails where Redis is unavailable, and the position stays pending. */
  Future<Void> write(PlaybackSpace space, Who who, StoredPlayback playing) {
    long asked = positions.moment();
    return space
        .playbacks()
        .position(who.session(), playing)
        .onComplete(
            done -> {
              announce(who, playing, done.failed() || done.result().done());
              if (done.failed()) {
                failed(who, done.cause());
              } else {
                written(who, done.result(), asked);
              }
            })
        .mapEmpty();
  }

  private void announce(Who who, StoredPlayback playing, boolean current) {
    if (current) {
      events.accept(
          new PlaybackChanged(
              who.space(),
              who.session(),
              playing.userOrNull(),
              true,
              playing.answer(who.session())));
    }
  }

  private void written(Who who, PlaybackStore.Written written, long asked) {
    Positions.Counts counts = positions.counts(who.space());
    (written.done() ? counts.written : counts.dropped).increment();
    if (written.now().podcast().isEmpty()) {
      positions.forget(who, asked);
    } else {
      positions.refresh(who, written.now(), asked, clock.millis());
    }
  }

  private void failed(Who who, Throwable thrown) {
    if (isUnavailable(thrown)) {
      positions.release(who);
      return;
    }
    positions.forget(who);
    positions.counts(who.space()).dropped.increment();
    LOG.log(
        System.Logger.Level.WARNING,
        "Cannot write a playback position in " + who.space() + ": " + thrown.getMessage());
  }
}
