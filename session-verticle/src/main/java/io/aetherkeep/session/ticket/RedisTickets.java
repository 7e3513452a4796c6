package io.aetherkeep.session.ticket;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.session.playback.RedisPlaybackKeys;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.Optional;

/** Tickets in Redis, with an expiry. */
public final class RedisTickets implements TicketStore {

  private final RedisLine line;
  private final RedisPlaybackKeys keys;
  private final Space space;

  public RedisTickets(RedisLine line, Space space) {
    this.line = line;
    this.keys = new RedisPlaybackKeys(space);
    this.space = space;
  }

  @Override
  public Future<Duration> put(String hash, String owner) {
    Duration lifetime = space.lifetime(Keyspaces.TICKETS).length();
    return line.send(
            Request.cmd(Command.SET)
                .arg(keys.ticket(hash))
                .arg(owner)
                .arg("PX")
                .arg(lifetime.toMillis()))
        .map(lifetime);
  }

  @Override
  public Future<Optional<String>> take(String hash) {
    return line.send(Request.cmd(Command.GETDEL).arg(keys.ticket(hash)))
        .map(reply -> Optional.ofNullable(reply).map(Object::toString));
  }
}
