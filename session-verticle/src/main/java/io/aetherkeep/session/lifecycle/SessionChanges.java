package io.aetherkeep.session.lifecycle;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.ExtendSession;
import io.aetherkeep.catalogue.SessionAsks.PatchSession;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.catalogue.SessionAsks.SessionChanged;
import io.aetherkeep.document.Members;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.layout.SessionBody;
import io.aetherkeep.session.layout.SessionLayout;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.space.Activity;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.SessionStore.Changed;
import io.aetherkeep.session.store.SessionStore.Gone;
import io.aetherkeep.session.store.SessionStore.Overtaken;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Service that patches sessions, and changes their lifetimes. */
public final class SessionChanges {

  /** Limit of attempts when other writers come first. */
  private static final int MOST_ATTEMPTS = 200;

  private final PerSpace<SessionSpace> spaces;
  private final OwnerChange owners;
  private final Activity activity;
  private final InstantSource clock;
  private final Consumer<Event> events;
  private final WriteQueue writes = new WriteQueue();

  public SessionChanges(
      PerSpace<SessionSpace> spaces,
      OwnerChange owners,
      Activity activity,
      InstantSource clock,
      Consumer<Event> events) {
    this.spaces = spaces;
    this.owners = owners;
    this.activity = activity;
    this.clock = clock;
    this.events = events;
  }

  public Future<Session> patch(PatchSession ask) {
    SessionSpace space = spaces.of(ask.space());
    String id = space.layout().checkedId(ask.id());
    long begun = space.lastKnown().now();
    return Offload.run(ask.patch().length(), () -> checkedPatch(space, ask))
        .compose(patch -> writes.enqueue(space.name() + " " + id, () -> patch(space, patch)))
        .compose(
            changed -> {
              activity.written(space, changed.now());
              events.accept(changed.event(space.name()));
              return space.answerWritten(changed.now(), begun);
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
    SessionBody patched = seen.body().patched(ask.patch(), clock.instant());
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
