package io.aetherkeep.session.ticket;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/** The tickets of one space, by their hashes. */
public interface TicketStore {

  /** Keeps a ticket, and answers for how long. */
  Future<Duration> put(String hash, String owner);

  /** Takes a ticket away, and answers whose it was. */
  Future<Optional<String>> take(String hash);
}
