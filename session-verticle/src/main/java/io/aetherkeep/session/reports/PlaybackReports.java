package io.aetherkeep.session.reports;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.Reported;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.layout.Timestamp;
import io.aetherkeep.session.playback.PlaybackSpace;
import io.aetherkeep.session.playback.PlaybackStore.Change;
import io.aetherkeep.session.playback.PlaybackStore.Outcome;
import io.aetherkeep.session.playback.PlaybackStore.Result;
import io.aetherkeep.session.playback.StoredPlayback;
import io.aetherkeep.session.reports.Positions.Progress;
import io.aetherkeep.session.reports.Positions.Taken;
import io.aetherkeep.session.reports.Positions.Who;
import io.aetherkeep.session.space.Activity;
import io.aetherkeep.session.space.SessionSpace;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Service that takes playback reports: the newest report of a session wins. */
public final class PlaybackReports {

  /** Greatest position and seq of a client. The server counts seqs on beyond it, up to 2^53 - 1. */
  private static final long MOST = 999_999_999_999_999L;

  private static final double FASTEST = 16;

  /** Interval at which reports over plain HTTP renew their lease. */
  private static final long RENEWED_EVERY_MILLIS = 20_000;

  private final PerSpace<PlaybackSpace> spaces;
  private final Positions positions;
  private final PositionWriter writer;
  private final StreamLimit streams;
  private final PlaybackEffects effects;
  private final PlaybackConnections connections;
  private final Activity activity;
  private final InstantSource clock;
  private boolean closing;

  public PlaybackReports(
      PerSpace<PlaybackSpace> spaces,
      Positions positions,
      PositionWriter writer,
      StreamLimit streams,
      PlaybackEffects effects,
      PlaybackConnections connections,
      Activity activity,
      InstantSource clock) {
    this.spaces = spaces;
    this.positions = positions;
    this.writer = writer;
    this.streams = streams;
    this.effects = effects;
    this.connections = connections;
    this.activity = activity;
    this.clock = clock;
  }

  public Future<Playback> read(ReadPlayback ask) {
    PlaybackSpace space = spaces.of(ask.space());
    String id = space.sessions().layout().checkedId(ask.session());
    return connections
        .present(space, id)
        .map(present -> present.answer(id))
        .recover(
            thrown -> connections.lastKnown(space, id, thrown).map(last -> stale(space, id, last)));
  }

  private Playback stale(PlaybackSpace space, String id, StoredPlayback last) {
    Long refreshedAt = positions.refreshedAt(new Who(space.name(), id));
    long age = refreshedAt == null ? 0 : clock.millis() - refreshedAt;
    return last.answer(id).asStale(Math.max(0, age / 1000));
  }

  public Future<Reported> report(ReportPlayback ask) {
    PlaybackSpace space = spaces.of(ask.space());
    String id = space.sessions().layout().checkedId(ask.session());
    check(ask);
    return ask.state() == null && ask.rate() == null
        ? position(space, id, ask)
        : change(space, ask);
  }

  private static void check(ReportPlayback ask) {
    if (ask.podcast() != null) {
      Keyspaces.LISTENERS.key(ask.podcast());
    }
    number("positionMs", ask.positionMs());
    number("seq", ask.seq());
    Double rate = ask.rate();
    if (rate != null && !(rate > 0 && rate <= FASTEST)) {
      throw Failure.of(Code.INVALID_BODY, "'rate' must be greater than 0 and at most 16");
    }
    if (ask.state() == null && rate == null && ask.positionMs() == null) {
      throw Failure.of(Code.INVALID_BODY, "A report must have a state, a position or a rate");
    }
  }

  private static void number(String name, @Nullable Long value) {
    if (value != null && (value < 0 || value > MOST)) {
      throw Failure.of(
          Code.INVALID_BODY, "'" + name + "' must be a whole number from 0 to " + MOST);
    }
  }

  private Future<Reported> position(PlaybackSpace space, String id, ReportPlayback ask) {
    Who who = new Who(space.name(), id);
    Taken taken = take(who, ask);
    if (taken != null && !taken.doubtful()) {
      return done(space, who, ask, taken);
    }
    long asked = positions.moment();
    return connections
        .present(space, id)
        .compose(
            stored -> {
              positions.learn(who, stored, asked, clock.millis());
              Taken then = take(who, ask);
              return then == null ? Future.failedFuture(full()) : done(space, who, ask, then);
            });
  }

  private static Failure full() {
    return Failure.of(Code.OVERLOADED, "Too many sessions report playback to this node");
  }

  private @Nullable Taken take(Who who, ReportPlayback ask) {
    Progress progress = new Progress(ask.podcast(), ask.positionMs(), ask.seq());
    return positions.report(who, progress, Timestamp.iso(clock.instant()), clock.millis());
  }

  private Future<Reported> done(PlaybackSpace space, Who who, ReportPlayback ask, Taken taken) {
    positions.count(who, taken);
    Reported answer = new Reported(taken.now().answer(who.session()), taken.late());
    if (taken.late()) {
      return Future.succeededFuture(answer);
    }
    if (ask.connection() == null && positions.leaseDue(who, clock.millis(), RENEWED_EVERY_MILLIS)) {
      connections.renewPlain(space, who.session());
    }
    return closing
        ? writer.write(space, who, taken.now()).map(answer)
        : Future.succeededFuture(answer);
  }

  /** Reads session and playback in one wave; the report's writes check both again. */
  private Future<Reported> change(PlaybackSpace space, ReportPlayback ask) {
    Future<Optional<StoredSession>> used = space.sessions().use(ask.session());
    Future<StoredPlayback> playing = space.playbacks().peek(ask.session());
    return used.compose(
        found -> {
          StoredSession session = found.orElseThrow(SessionSpace::unknown);
          return playing
              .compose(before -> change(space, ask, session, before))
              .onFailure(thrown -> activity.seen(space.sessions(), session, true));
        });
  }

  private Future<Reported> change(
      PlaybackSpace space, ReportPlayback ask, StoredSession session, StoredPlayback before) {
    boolean plays = ask.state() == State.PLAYING;
    boolean alone = plays && Boolean.TRUE.equals(ask.here());
    Future<Void> place = plays ? streams.take(space, session, alone) : Future.succeededFuture();
    Future<@Nullable Long> turn =
        alone ? streams.turn(space, session) : Future.<@Nullable Long>succeededFuture();
    return Future.all(place, turn)
        .compose(
            taken ->
                effects.report(space, session, before, change(space, ask, session, turn.result())))
        .compose(outcome -> reported(space, session, outcome, turn.result()));
  }

  private Change change(
      PlaybackSpace space, ReportPlayback ask, StoredSession session, @Nullable Long turn) {
    return new Change(
        ask.state() == null ? null : ask.state().word(),
        ask.podcast(),
        ask.positionMs(),
        ask.rate(),
        ask.seq(),
        ask.connection() == null ? Change.PLAIN : ask.connection(),
        session.owner(),
        positions.reported(new Who(space.name(), session.id())),
        turn);
  }

  private Future<Reported> reported(
      PlaybackSpace space, StoredSession session, Outcome outcome, @Nullable Long turn) {
    if (outcome.result() == Result.TAKEN) {
      Reported reported = new Reported(outcome.now().answer(session.id()), false);
      return turn == null
          ? Future.succeededFuture(reported)
          : streams.alone(space, session, turn).map(reported);
    }
    Future<Void> given =
        outcome.now().isPlaying() ? Future.succeededFuture() : streams.release(space, session);
    return given.map(
        back -> {
          if (outcome.result() == Result.EMPTY) {
            throw Failure.of(
                Code.INVALID_BODY, "The session plays nothing yet: 'podcast' is required");
          }
          return new Reported(outcome.now().answer(session.id()), true);
        });
  }

  /**
   * Writes all pending positions. From now on reports are written at once, as this instance may
   * stop.
   */
  public Future<Void> close() {
    closing = true;
    return writer.writeAll();
  }
}
