package io.aetherkeep.session.ticket;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/** Store of the tickets of one space, by their hashes. */
public interface TicketStore {

  /** Stores a ticket; answers its lifetime. */
  Future<Duration> put(String hash, String owner);

  /** Removes a ticket; answers its owner. */
  Future<Optional<String>> take(String hash);
}
