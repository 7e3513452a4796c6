package io.aetherkeep.session;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.Reported;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.session.PlaybackStore.Change;
import io.aetherkeep.session.PlaybackStore.Outcome;
import io.aetherkeep.session.PlaybackStore.Result;
import io.aetherkeep.session.Positions.Progress;
import io.aetherkeep.session.Positions.Taken;
import io.aetherkeep.session.Positions.Who;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules of reporting what a session plays: the newest report of it holds. */
final class Reports {

  /** What a client may count to; the server's own count goes on beyond it, up to 2^53 - 1. */
  private static final long MOST = 999_999_999_999_999L;

  private static final double FASTEST = 16;

  /** Whoever reports over plain HTTP has its lease renewed by that. */
  private static final long RENEWED_EVERY_MILLIS = 20_000;

  private final PerSpace<Room> rooms;
  private final Positions positions;
  private final PositionWriter writer;
  private final StreamLimit streams;
  private final Listening listening;
  private final PlaybackConnections connections;
  private final Activity activity;
  private final InstantSource clock;
  private boolean closing;

  Reports(
      PerSpace<Room> rooms,
      Positions positions,
      PositionWriter writer,
      StreamLimit streams,
      Listening listening,
      PlaybackConnections connections,
      Activity activity,
      InstantSource clock) {
    this.rooms = rooms;
    this.positions = positions;
    this.writer = writer;
    this.streams = streams;
    this.listening = listening;
    this.connections = connections;
    this.activity = activity;
    this.clock = clock;
  }

  Future<Playback> read(ReadPlayback ask) {
    Room room = rooms.of(ask.space());
    String id = room.checkedId(ask.session());
    return connections
        .present(room, id)
        .map(present -> present.answer(id))
        .recover(
            thrown -> connections.lastKnown(room, id, thrown).map(last -> stale(room, id, last)));
  }

  private Playback stale(Room room, String id, Playing last) {
    Long heardAt = positions.heardAt(new Who(room.name(), id));
    long age = heardAt == null ? 0 : clock.millis() - heardAt;
    return last.answer(id).asStale(Math.max(0, age / 1000));
  }

  Future<Reported> report(ReportPlayback ask) {
    Room room = rooms.of(ask.space());
    String id = room.checkedId(ask.session());
    check(ask);
    return ask.state() == null && ask.rate() == null ? position(room, id, ask) : change(room, ask);
  }

  private static void check(ReportPlayback ask) {
    if (ask.podcast() != null) {
      Keyspaces.LISTENERS.key(ask.podcast());
    }
    number("positionMs", ask.positionMs());
    number("seq", ask.seq());
    Double rate = ask.rate();
    if (rate != null && !(rate > 0 && rate <= FASTEST)) {
      throw Failure.of(Code.INVALID_BODY, "'rate' is more than 0 and at most 16");
    }
    if (ask.state() == null && rate == null && ask.positionMs() == null) {
      throw Failure.of(Code.INVALID_BODY, "A report has a state, a position or a rate");
    }
  }

  private static void number(String name, @Nullable Long value) {
    if (value != null && (value < 0 || value > MOST)) {
      throw Failure.of(Code.INVALID_BODY, "'" + name + "' is a whole number from 0 to " + MOST);
    }
  }

  private Future<Reported> position(Room room, String id, ReportPlayback ask) {
    Who who = new Who(room.name(), id);
    Taken taken = take(who, ask);
    return taken != null && !taken.doubtful()
        ? done(room, who, ask, taken)
        : connections
            .present(room, id)
            .compose(
                stored -> {
                  positions.learn(who, stored, clock.millis());
                  Taken then = take(who, ask);
                  return then == null ? Future.failedFuture(full()) : done(room, who, ask, then);
                });
  }

  private static Failure full() {
    return Failure.of(Code.OVERLOADED, "Too many sessions report to this node");
  }

  private @Nullable Taken take(Who who, ReportPlayback ask) {
    Progress progress = new Progress(ask.podcast(), ask.positionMs(), ask.seq());
    return positions.report(who, progress, Moment.iso(clock.instant()), clock.millis());
  }

  private Future<Reported> done(Room room, Who who, ReportPlayback ask, Taken taken) {
    positions.count(who, taken);
    Reported answer = new Reported(taken.now().answer(who.session()), taken.late());
    if (taken.late()) {
      return Future.succeededFuture(answer);
    }
    if (ask.connection() == null && positions.leaseDue(who, clock.millis(), RENEWED_EVERY_MILLIS)) {
      connections.renewPlain(room, who.session());
    }
    return closing
        ? writer.write(room, who, taken.now()).map(answer)
        : Future.succeededFuture(answer);
  }

  private Future<Reported> change(Room room, ReportPlayback ask) {
    String id = ask.session();
    return room.use(id)
        .compose(
            found -> {
              Found session = found.orElseThrow(Sessions::unknown);
              activity.seen(room, session, true);
              return change(room, ask, session);
            });
  }

  private Future<Reported> change(Room room, ReportPlayback ask, Found session) {
    boolean plays = ask.state() == State.PLAYING;
    boolean alone = plays && Boolean.TRUE.equals(ask.here());
    Future<Void> place = plays ? streams.take(room, session, alone) : Future.succeededFuture();
    return place
        .compose(taken -> alone ? streams.turn(room, session) : Future.<Long>succeededFuture())
        .compose(turn -> change(room, ask, session, turn));
  }

  private Future<Reported> change(
      Room room, ReportPlayback ask, Found session, @Nullable Long turn) {
    Change change =
        new Change(
            ask.state() == null ? null : ask.state().word(),
            ask.podcast(),
            ask.positionMs(),
            ask.rate(),
            ask.seq(),
            ask.connection() == null ? Change.PLAIN : ask.connection(),
            session.owner(),
            positions.reported(new Who(room.name(), session.id())),
            turn);
    return room.playbacks()
        .report(session.id(), change)
        .compose(
            outcome ->
                followed(room, session, outcome)
                    .compose(
                        reported ->
                            turn == null || reported.late()
                                ? Future.succeededFuture(reported)
                                : streams.alone(room, session, turn).map(reported)));
  }

  private Future<Reported> followed(Room room, Found session, Outcome outcome) {
    String id = session.id();
    if (outcome.result() == Result.EMPTY) {
      return streams
          .giveBack(room, session)
          .compose(
              back ->
                  Future.failedFuture(
                      Failure.of(Code.INVALID_BODY, "Nothing is played yet: name the podcast")));
    }
    boolean late = outcome.result() == Result.LATE;
    Future<?> given =
        outcome.now().isHeard() ? Future.succeededFuture() : streams.giveBack(room, session);
    return given
        .compose(
            back ->
                outcome.now().active().isEmpty()
                    ? Future.succeededFuture()
                    : room.playbacks().due(Map.of(id, Leases.LENGTH.toMillis())))
        .compose(due -> listening.changed(room, id, outcome))
        .map(done -> new Reported(outcome.now().answer(id), late));
  }

  /** From now on nothing waits: this instance may be gone before it is written. */
  Future<Void> close() {
    closing = true;
    return writer.writeAll();
  }
}
