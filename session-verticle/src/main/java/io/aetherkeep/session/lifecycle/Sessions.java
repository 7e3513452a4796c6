package io.aetherkeep.session.lifecycle;

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
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Members;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.layout.FieldNames;
import io.aetherkeep.session.layout.SessionBody;
import io.aetherkeep.session.layout.SessionIds;
import io.aetherkeep.session.layout.SessionLayout;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.layout.StoredSession.Facts;
import io.aetherkeep.session.lifecycle.SessionLimit.Begun;
import io.aetherkeep.session.playback.PlaybackSpace;
import io.aetherkeep.session.space.Activity;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.SessionStore.Changed;
import io.aetherkeep.session.store.SessionStore.Gone;
import io.aetherkeep.session.store.SessionStore.Opening;
import io.aetherkeep.session.store.SessionStore.Overtaken;
import io.aetherkeep.session.store.Transcripts;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Service that opens, reads, patches and extends sessions. */
public final class Sessions {

  /** Limit of attempts when other writers come first. */
  private static final int MOST_ATTEMPTS = 200;

  private final PerSpace<SessionSpace> spaces;
  private final PerSpace<PlaybackSpace> playback;
  private final SessionLimit limit;
  private final Activity activity;
  private final InstantSource clock;
  private final Consumer<Event> events;
  private final WriteQueue writes = new WriteQueue();
  private final OwnerChange owners;

  public Sessions(
      PerSpace<SessionSpace> spaces,
      PerSpace<PlaybackSpace> playback,
      SessionLimit limit,
      OwnerChange owners,
      Activity activity,
      InstantSource clock,
      Consumer<Event> events) {
    this.spaces = spaces;
    this.playback = playback;
    this.limit = limit;
    this.owners = owners;
    this.activity = activity;
    this.clock = clock;
    this.events = events;
  }

  public Future<Session> open(OpenSession ask) {
    SessionSpace space = spaces.of(ask.space());
    String id = ask.id() == null ? SessionIds.fresh() : space.layout().checkedId(ask.id());
    Instant now = clock.instant();
    Duration lifetime =
        ask.ttlSeconds() == null
            ? space.lifetime()
            : SessionLayout.checkedLifetime(ask.ttlSeconds());
    return Offload.run(
            length(ask.preferences()) + length(ask.data()), () -> opened(space, ask, now))
        .compose(body -> open(space, ask, id, body, now, lifetime));
  }

  private static int length(@Nullable Document document) {
    return document == null ? 0 : document.length();
  }

  private static SessionBody opened(SessionSpace space, OpenSession ask, Instant now) {
    SessionBody body = space.layout().opened(ask, now);
    space.layout().checkSize(body);
    space.layout().checkMembers(body.mostMembers());
    return body;
  }

  private Future<Session> open(
      SessionSpace space,
      OpenSession ask,
      String id,
      SessionBody body,
      Instant now,
      Duration lifetime) {
    StoredSession session = new StoredSession(id, body, lifetime.toMillis(), Facts.opened(now));
    return free(space, ask.id())
        .compose(free -> limit.begin(space, session))
        .compose(begun -> open(space, begun, lifetime))
        .compose(done -> session.answerAsync(space.name()))
        .onSuccess(answer -> events.accept(new SessionOpened(space.name(), id, body.user())));
  }

  private Future<Void> open(SessionSpace space, Begun begun, Duration lifetime) {
    return space
        .store()
        .open(begun.session(), lifetime)
        .compose(
            opening ->
                opening == Opening.OPENED
                    ? playback
                        .of(space.name())
                        .playbacks()
                        .clear(begun.session().id())
                        .compose(done -> limit.take(space, begun))
                    : limit
                        .release(space, begun)
                        .compose(back -> refused(space, begun.session(), opening)));
  }

  /** Tells a log-out everywhere, which met the session being opened, from an id that is taken. */
  private static Future<Void> refused(SessionSpace space, StoredSession session, Opening opening) {
    Long number = session.facts().number();
    if (opening == Opening.LATE) {
      return Future.failedFuture(
          Failure.of(Code.REDIS_UNAVAILABLE, "Redis took too long to open the session"));
    }
    return opening == Opening.TAKEN || number == null
        ? Future.failedFuture(exists())
        : space
            .users()
            .lastLogout(session.owner())
            .compose(
                last -> Future.failedFuture(last >= number ? SessionLimit.loggedOut() : exists()));
  }

  /** Checks that a given id is free before anything is written for it. */
  private static Future<Void> free(SessionSpace space, @Nullable String own) {
    return own == null
        ? Future.succeededFuture()
        : space
            .peek(own)
            .compose(
                found ->
                    found.isEmpty() ? Future.succeededFuture() : Future.failedFuture(exists()));
  }

  private static Failure exists() {
    return Failure.of(Code.SESSION_EXISTS, "A session with this id exists, or was ended recently");
  }

  public Future<Session> read(ReadSession ask) {
    SessionSpace space = spaces.of(ask.space());
    String id = space.layout().checkedId(ask.id());
    boolean use = !Boolean.FALSE.equals(ask.touch());
    long asked = space.lastKnown().now();
    Future<Optional<StoredSession>> read = use ? space.use(id) : space.peek(id);
    Future<Session> answer =
        read.compose(
            found -> {
              StoredSession session = found.orElseThrow(() -> unknown(space, id));
              activity.seen(space, session, use);
              return answer(space, session, asked);
            });
    Transcripts transcripts = space.transcripts();
    return Boolean.TRUE.equals(ask.history()) && transcripts != null
        ? answer.compose(session -> withHistory(transcripts, session))
        : answer.recover(thrown -> lastKnown(space, ask, thrown));
  }

  private static Future<Session> answer(SessionSpace space, StoredSession session, long asked) {
    return session
        .answerAsync(space.name())
        .onSuccess(answer -> space.lastKnown().keep(answer.id(), answer, asked));
  }

  private static Failure unknown(SessionSpace space, String id) {
    space.lastKnown().forget(id);
    return SessionSpace.unknown();
  }

  /** Answers the session that this node last read, if Redis is unavailable. */
  private static Future<Session> lastKnown(SessionSpace space, ReadSession ask, Throwable thrown) {
    boolean unavailable = Failure.from(thrown).code() == Code.REDIS_UNAVAILABLE;
    return space
        .lastKnown()
        .find(ask.id())
        .filter(seen -> unavailable && !Boolean.TRUE.equals(ask.touch()))
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
              List<Document> messages = read.orElseThrow(SessionSpace::unknown).messages();
              int bytes = messages.stream().mapToInt(Document::length).sum();
              return Offload.run(
                  session.document().length() + bytes, () -> withHistory(session, messages));
            });
  }

  private static Session withHistory(Session session, List<Document> messages) {
    Document all = Document.array(messages);
    Members members = Members.of(session.document());
    return session.withDocument(members.with(Map.of(FieldNames.HISTORY, all)).document());
  }

  public Future<Session> patch(PatchSession ask) {
    SessionSpace space = spaces.of(ask.space());
    String id = space.layout().checkedId(ask.id());
    long asked = space.lastKnown().now();
    return Offload.run(ask.patch().length(), () -> checkedPatch(space, ask))
        .compose(patch -> writes.enqueue(space.name() + " " + id, () -> patch(space, patch)))
        .compose(
            changed -> {
              activity.moved(space, changed.now());
              events.accept(changed.event(space.name()));
              return answer(space, changed.now(), asked);
            });
  }

  /** A patched session, and the user that it belonged to before. */
  private record Patched(StoredSession now, @Nullable UserId former) {

    SessionChanged event(String space) {
      UserId user = now.body().user();
      return new SessionChanged(
          space, now.id(), user, Objects.equals(former, user) ? null : former);
    }
  }

  private static PatchSession checkedPatch(SessionSpace space, PatchSession ask) {
    space.layout().checkMembers(ask.patch());
    if (Members.tryOf(ask.patch()) == null) {
      throw Failure.of(Code.INVALID_BODY, "A patch of a session must be a JSON object");
    }
    return ask;
  }

  private Future<Patched> patch(SessionSpace space, PatchSession ask) {
    return space
        .peek(ask.id())
        .compose(
            found -> patch(space, ask, found.orElseThrow(SessionSpace::unknown), MOST_ATTEMPTS));
  }

  private Future<Patched> patch(
      SessionSpace space, PatchSession ask, StoredSession seen, int attempts) {
    boolean whole = ask.ifVersion() != null && !ask.ifVersion().equals("*");
    return Offload.run(seen.body().size() + ask.patch().length(), () -> patched(space, ask, seen))
        .compose(patched -> owners.change(space, seen, patched, whole))
        .compose(
            change -> {
              if (change instanceof Changed changed) {
                return Future.succeededFuture(new Patched(changed.now(), seen.body().user()));
              }
              if (change instanceof Gone || attempts == 0) {
                return Future.failedFuture(attempts == 0 ? contended() : SessionSpace.unknown());
              }
              return retry(space, ask, (Overtaken) change, attempts - 1);
            });
  }

  private SessionBody patched(SessionSpace space, PatchSession ask, StoredSession seen) {
    checkVersion(seen, ask.ifVersion());
    SessionBody patched = seen.body().patched(ask.patch());
    if (patched.lastActivity() == null
        || patched.lastActivity().equals(seen.body().lastActivity())) {
      patched = patched.stamped(clock.instant());
    }
    space.layout().checkSize(patched);
    space.layout().checkMembers(patched, seen.body());
    checkUser(seen.body(), patched);
    return patched;
  }

  private Future<Patched> retry(
      SessionSpace space, PatchSession ask, Overtaken overtaken, int attempts) {
    if (overtaken.now().isPresent()) {
      return patch(space, ask, overtaken.now().get(), attempts);
    }
    return space
        .peek(ask.id())
        .compose(found -> patch(space, ask, found.orElseThrow(SessionSpace::unknown), attempts));
  }

  private static void checkVersion(StoredSession seen, @Nullable String version) {
    if (version != null && !version.equals("*") && !version.equals(seen.body().version())) {
      throw Failure.of(
          Code.VERSION_CONFLICT, "The stored version is another one: read it again, then retry");
    }
  }

  /** Checks a user that a patch sets. Users that other services set are not checked. */
  private static void checkUser(SessionBody before, SessionBody after) {
    if (after.user() != null && !after.user().equals(before.user())) {
      SessionLayout.checkedUser(after.user().text());
    }
  }

  private static Failure contended() {
    return Failure.of(Code.OVERLOADED, "Too many concurrent writes to this session");
  }

  public Future<Session> extend(ExtendSession ask) {
    SessionSpace space = spaces.of(ask.space());
    String id = space.layout().checkedId(ask.id());
    Duration lifetime = SessionLayout.checkedLifetime(ask.ttlSeconds());
    return space
        .peek(id)
        .compose(
            found -> {
              StoredSession seen = found.orElseThrow(SessionSpace::unknown);
              return space.store().extend(id, lifetime).map(extended -> extended ? seen : null);
            })
        .compose(
            seen -> {
              if (seen == null) {
                throw SessionSpace.unknown();
              }
              StoredSession session = seen.with(seen.body(), lifetime.toMillis());
              activity.moved(space, session);
              events.accept(new SessionChanged(space.name(), id, session.body().user(), null));
              return session.answerAsync(space.name());
            });
  }
}
