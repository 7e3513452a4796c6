package io.aetherkeep.session.space;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.keyspace.LastKnown;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.session.layout.SessionLayout;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.store.Listing;
import io.aetherkeep.session.store.SessionIndex;
import io.aetherkeep.session.store.SessionStore;
import io.aetherkeep.session.store.Transcripts;
import io.aetherkeep.session.store.UserIndex;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of one space: their layout, their rules, and where they are stored.
 *
 * @param lifetime the usual one
 * @param remembered for how long an ended one is kept from coming back
 * @param transcripts none where this system's sessions have no history
 * @param records none where no system of record is declared for its sessions
 * @param lastKnown the sessions that this node saw lately, for when Redis is gone
 */
public record SessionSpace(
    Space definition,
    SessionLayout layout,
    Duration lifetime,
    Duration remembered,
    SessionSettings.Policy policy,
    SessionStore store,
    SessionIndex index,
    UserIndex users,
    Adoption adoption,
    Listing listing,
    @Nullable Transcripts transcripts,
    @Nullable SessionRecords records,
    LastKnown<Session> lastKnown) {

  public static Failure unknown() {
    return Failure.of(Code.SESSION_UNKNOWN, "No session lives under this id");
  }

  public String name() {
    return definition.name();
  }

  /** Hears that a session is over, whoever ended it: it is not answered from memory either. */
  public void ended(String id) {
    store.ended(id);
    lastKnown.forget(id);
  }

  /** Reads a session and starts its lifetime anew, wherever it is. */
  public Future<Optional<StoredSession>> use(String id) {
    return orPutBack(id, () -> store.use(id)).compose(this::adopted);
  }

  /** Reads a session and leaves its lifetime as it is, wherever it is. */
  public Future<Optional<StoredSession>> peek(String id) {
    return orPutBack(id, () -> store.peek(id)).compose(this::adopted);
  }

  private Future<Optional<StoredSession>> adopted(Optional<StoredSession> found) {
    return found.isEmpty() ? Future.succeededFuture(found) : adoption.adopt(found.get());
  }

  /** What is found in Redis, or there once the system of record has said what it was. */
  public <T> Future<Optional<T>> orPutBack(String id, Supplier<Future<Optional<T>>> find) {
    return records == null ? find.get() : records.orPutBack(id, find);
  }
}
