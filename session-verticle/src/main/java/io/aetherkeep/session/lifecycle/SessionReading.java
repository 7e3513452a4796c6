package io.aetherkeep.session.lifecycle;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Members;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.session.layout.FieldNames;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.space.Activity;
import io.aetherkeep.session.space.NearSessions;
import io.aetherkeep.session.space.NearSessions.Copy;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.HistoryStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Service that reads sessions, and restarts the lifetimes of those in use. */
public final class SessionReading {

  private final PerSpace<SessionSpace> spaces;
  private final Activity activity;

  public SessionReading(PerSpace<SessionSpace> spaces, Activity activity) {
    this.spaces = spaces;
    this.activity = activity;
  }

  public Future<Session> read(ReadSession ask) {
    SessionSpace space = spaces.of(ask.space());
    String id = space.layout().checkedId(ask.id());
    boolean use = !Boolean.FALSE.equals(ask.touch());
    HistoryStore transcripts = space.transcripts();
    if (Boolean.TRUE.equals(ask.history()) && transcripts != null) {
      return stored(space, id, use).compose(session -> withHistory(transcripts, session));
    }
    Optional<Copy> copy = space.near().find(id, use);
    return copy.isPresent()
        ? near(space, copy.get(), use)
        : stored(space, id, use).recover(thrown -> lastKnown(space, ask, thrown));
  }

  /** Answers from a near copy. If the activity is due, its write makes the copy outdated. */
  private Future<Session> near(SessionSpace space, Copy copy, boolean use) {
    if (activity.seen(space, copy.stored(), use)) {
      space.near().forget(copy.stored().id());
    }
    return Future.succeededFuture(copy.answer());
  }

  /** Reads from Redis, and restarts the lifetime if the read counts as use. */
  private Future<Session> stored(SessionSpace space, String id, boolean use) {
    NearSessions near = space.near();
    long asked = space.lastKnown().now();
    boolean restart = use && !near.isRestarted(id);
    Future<Optional<StoredSession>> read = restart ? space.use(id) : space.peek(id);
    return read.compose(
        found -> {
          StoredSession session = found.orElseThrow(() -> unknown(space, id));
          activity.seen(space, session, use);
          if (restart) {
            near.restarted(session, asked);
          }
          return space
              .answer(session, asked)
              .onSuccess(answer -> near.keep(session, answer, asked));
        });
  }

  private static Failure unknown(SessionSpace space, String id) {
    space.forget(id);
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

  private static Future<Session> withHistory(HistoryStore transcripts, Session session) {
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
}
