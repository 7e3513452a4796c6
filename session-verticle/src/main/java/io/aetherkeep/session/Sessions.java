package io.aetherkeep.session;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.ExtendSession;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.PatchSession;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.SessionAsks.SessionChanged;
import io.aetherkeep.catalogue.SessionAsks.SessionOpened;
import io.aetherkeep.keyspace.Document;
import io.aetherkeep.keyspace.Members;
import io.aetherkeep.keyspace.Offload;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.session.Found.Facts;
import io.aetherkeep.session.SessionLimit.Begun;
import io.aetherkeep.session.SessionStore.Changed;
import io.aetherkeep.session.SessionStore.Gone;
import io.aetherkeep.session.SessionStore.Opening;
import io.aetherkeep.session.SessionStore.Overtaken;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rules of opening, reading and changing sessions. */
final class Sessions {

  /** So often other writers may come first; beyond, something writes without end. */
  private static final int MOST_ATTEMPTS = 200;

  private final PerSpace<Room> rooms;
  private final SessionLimit places;
  private final Activity activity;
  private final InstantSource clock;
  private final Consumer<Event> events;
  private final WriteQueue turns = new WriteQueue();
  private final OwnerChange owners;

  Sessions(
      PerSpace<Room> rooms,
      SessionLimit places,
      OwnerChange owners,
      Activity activity,
      InstantSource clock,
      Consumer<Event> events) {
    this.rooms = rooms;
    this.places = places;
    this.owners = owners;
    this.activity = activity;
    this.clock = clock;
    this.events = events;
  }

  Future<Session> open(OpenSession ask) {
    Room room = rooms.of(ask.space());
    String id = ask.id() == null ? SessionIds.fresh() : room.checkedId(ask.id());
    Instant now = clock.instant();
    Duration lifetime =
        ask.ttlSeconds() == null ? room.lifetime() : Room.checkedLifetime(ask.ttlSeconds());
    return Offload.run(length(ask.preferences()) + length(ask.data()), () -> opened(room, ask, now))
        .compose(body -> open(room, ask, id, body, now, lifetime));
  }

  private static int length(@Nullable Document document) {
    return document == null ? 0 : document.length();
  }

  private static Body opened(Room room, OpenSession ask, Instant now) {
    Body body = room.opened(ask, now);
    room.checkSize(body);
    room.space().checkMembers(body.mostMembers());
    return body;
  }

  private Future<Session> open(
      Room room, OpenSession ask, String id, Body body, Instant now, Duration lifetime) {
    Found session = new Found(id, body, lifetime.toMillis(), Facts.opened(now));
    return free(room, ask.id())
        .compose(free -> places.begin(room, session))
        .compose(begun -> open(room, begun, lifetime))
        .compose(done -> session.answering(room.name()))
        .onSuccess(answer -> events.accept(new SessionOpened(room.name(), id, body.user())));
  }

  private Future<Void> open(Room room, Begun begun, Duration lifetime) {
    return room.store()
        .open(begun.session(), lifetime)
        .compose(
            opening ->
                opening == Opening.OPENED
                    ? room.playbacks()
                        .clear(begun.session().id())
                        .compose(done -> places.take(room, begun))
                    : places
                        .giveBack(room, begun)
                        .compose(back -> refused(room, begun.session(), opening)));
  }

  /** Its end may be that of all sessions of its user, which found it being opened. */
  private static Future<Void> refused(Room room, Found session, Opening opening) {
    Long number = session.facts().number();
    if (opening == Opening.LATE) {
      return Future.failedFuture(
          Failure.of(Code.REDIS_UNAVAILABLE, "Redis took too long to open the session"));
    }
    return opening == Opening.TAKEN || number == null
        ? Future.failedFuture(exists())
        : room.users()
            .lastLogout(session.owner())
            .compose(
                last -> Future.failedFuture(last >= number ? SessionLimit.loggedOut() : exists()));
  }

  /** A taken id is found out before anything is written for it. */
  private static Future<Void> free(Room room, @Nullable String own) {
    return own == null
        ? Future.succeededFuture()
        : room.look(own)
            .compose(
                found ->
                    found.isEmpty() ? Future.succeededFuture() : Future.failedFuture(exists()));
  }

  private static Failure exists() {
    return Failure.of(
        Code.SESSION_EXISTS, "The id lives, or belonged to a session that was ended just now");
  }

  Future<Session> read(ReadSession ask) {
    Room room = rooms.of(ask.space());
    String id = room.checkedId(ask.id());
    boolean use = !Boolean.FALSE.equals(ask.touch());
    long asked = room.lastKnown().now();
    Future<Optional<Found>> read = use ? room.use(id) : room.look(id);
    Future<Session> answer =
        read.compose(
            found -> {
              Found session = found.orElseThrow(() -> gone(room, id));
              activity.seen(room, session, use);
              return answer(room, session, asked);
            });
    Transcripts transcripts = room.transcripts();
    return Boolean.TRUE.equals(ask.history()) && transcripts != null
        ? answer.compose(session -> withHistory(transcripts, session))
        : answer.recover(thrown -> lastKnown(room, ask, thrown));
  }

  private static Future<Session> answer(Room room, Found session, long asked) {
    return session
        .answering(room.name())
        .onSuccess(answer -> room.lastKnown().keep(answer.id(), answer, asked));
  }

  private static Failure gone(Room room, String id) {
    room.lastKnown().forget(id);
    return unknown();
  }

  /** What this node saw a moment ago, if Redis is why it is not known better. */
  private static Future<Session> lastKnown(Room room, ReadSession ask, Throwable thrown) {
    boolean away = Failure.from(thrown).code() == Code.REDIS_UNAVAILABLE;
    return room.lastKnown()
        .find(ask.id())
        .filter(seen -> away && !Boolean.TRUE.equals(ask.touch()))
        .map(seen -> seen.value().asStale(seen.age().toSeconds()))
        .filter(session -> session.ttlSeconds() > 0)
        .map(Future::succeededFuture)
        .orElse(Future.failedFuture(thrown));
  }

  private static Future<Session> withHistory(Transcripts transcripts, Session session) {
    return transcripts
        .read(session.id(), 0)
        .compose(
            read -> {
              List<Document> messages = read.orElseThrow(Sessions::unknown).messages();
              int bytes = messages.stream().mapToInt(Document::length).sum();
              return Offload.run(
                  session.document().length() + bytes, () -> withHistory(session, messages));
            });
  }

  private static Session withHistory(Session session, List<Document> messages) {
    Document all = Document.array(messages);
    Members members = Members.of(session.document());
    return session.withDocument(members.with(Map.of(Names.HISTORY, all)).document());
  }

  static Failure unknown() {
    return Failure.of(Code.SESSION_UNKNOWN, "No session lives under this id");
  }

  Future<Session> patch(PatchSession ask) {
    Room room = rooms.of(ask.space());
    String id = room.checkedId(ask.id());
    long asked = room.lastKnown().now();
    return Offload.run(ask.patch().length(), () -> checkedPatch(room, ask))
        .compose(patch -> turns.take(room.name() + " " + id, () -> patch(room, patch)))
        .compose(
            changed -> {
              activity.moved(room, changed);
              events.accept(new SessionChanged(room.name(), id, changed.body().user()));
              return answer(room, changed, asked);
            });
  }

  private static PatchSession checkedPatch(Room room, PatchSession ask) {
    room.space().checkMembers(ask.patch());
    if (Members.tryOf(ask.patch()) == null) {
      throw Failure.of(Code.INVALID_BODY, "A patch of a session is a JSON object");
    }
    return ask;
  }

  private Future<Found> patch(Room room, PatchSession ask) {
    return room.look(ask.id())
        .compose(found -> patch(room, ask, found.orElseThrow(Sessions::unknown), MOST_ATTEMPTS));
  }

  private Future<Found> patch(Room room, PatchSession ask, Found seen, int attempts) {
    boolean whole = ask.ifVersion() != null && !ask.ifVersion().equals("*");
    return Offload.run(seen.body().size() + ask.patch().length(), () -> patched(room, ask, seen))
        .compose(patched -> owners.change(room, seen, patched, whole))
        .compose(
            change -> {
              if (change instanceof Changed changed) {
                return Future.succeededFuture(changed.now());
              }
              if (change instanceof Gone || attempts == 0) {
                return Future.failedFuture(attempts == 0 ? contended() : unknown());
              }
              return again(room, ask, (Overtaken) change, attempts - 1);
            });
  }

  private Body patched(Room room, PatchSession ask, Found seen) {
    checkVersion(seen, ask.ifVersion());
    Body patched = seen.body().patched(ask.patch());
    if (patched.lastActivity() == null
        || patched.lastActivity().equals(seen.body().lastActivity())) {
      patched = patched.stamped(clock.instant());
    }
    room.checkSize(patched);
    room.checkMembers(patched, seen.body());
    checkUser(seen.body(), patched);
    return patched;
  }

  private Future<Found> again(Room room, PatchSession ask, Overtaken overtaken, int attempts) {
    if (overtaken.now().isPresent()) {
      return patch(room, ask, overtaken.now().get(), attempts);
    }
    return room.look(ask.id())
        .compose(found -> patch(room, ask, found.orElseThrow(Sessions::unknown), attempts));
  }

  private static void checkVersion(Found seen, @Nullable String version) {
    if (version != null && !version.equals("*") && !version.equals(seen.body().version())) {
      throw Failure.of(Code.VERSION_CONFLICT, "Read it again, then decide");
    }
  }

  /** Another service may call its users anything; a patch of ours may not. */
  private static void checkUser(Body before, Body after) {
    if (after.user() != null && !after.user().equals(before.user())) {
      Room.checkedUser(after.user().text());
    }
  }

  private static Failure contended() {
    return Failure.of(Code.OVERLOADED, "Too many write to this session at once");
  }

  Future<Session> extend(ExtendSession ask) {
    Room room = rooms.of(ask.space());
    String id = room.checkedId(ask.id());
    Duration lifetime = Room.checkedLifetime(ask.ttlSeconds());
    return room.look(id)
        .compose(
            found -> {
              Found seen = found.orElseThrow(Sessions::unknown);
              return room.store().extend(id, lifetime).map(extended -> extended ? seen : null);
            })
        .compose(
            seen -> {
              if (seen == null) {
                throw unknown();
              }
              Found session = seen.with(seen.body(), lifetime.toMillis());
              activity.moved(room, session);
              events.accept(new SessionChanged(room.name(), id, session.body().user()));
              return session.answering(room.name());
            });
  }
}
