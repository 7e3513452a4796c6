package io.aetherkeep.session;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.PlaybackAsks.IssueTicket;
import io.aetherkeep.catalogue.PlaybackAsks.RedeemTicket;
import io.aetherkeep.catalogue.PlaybackAsks.Redeemed;
import io.aetherkeep.catalogue.PlaybackAsks.Ticket;
import io.aetherkeep.keyspace.PerSpace;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules of tickets: each opens one socket of one session or of an observer, once and soon.
 * Whoever can read Redis finds no ticket there, only what tells a right one from others.
 */
final class Tickets {

  /** Stands where a session's id would: no id is empty. */
  private static final String OBSERVER = "";

  /** Whose a ticket is and what it ends with, as a text: no id holds a space. */
  private record Owner(String session, @Nullable String credential) {

    static Owner of(String text) {
      int space = text.indexOf(' ');
      return space < 0
          ? new Owner(text, null)
          : new Owner(text.substring(0, space), text.substring(space + 1));
    }

    String text() {
      return credential == null ? session : session + " " + credential;
    }
  }

  private final PerSpace<Room> rooms;

  Tickets(PerSpace<Room> rooms) {
    this.rooms = rooms;
  }

  Future<Ticket> issue(IssueTicket ask) {
    Room room = rooms.of(ask.space());
    String id = ask.session() == null ? OBSERVER : room.checkedId(ask.session());
    String ticket = SessionIds.fresh();
    return isThere(room, id)
        .compose(
            there ->
                there
                    ? room.tickets().put(hash(ticket), new Owner(id, ask.credential()).text())
                    : Future.failedFuture(Sessions.unknown()))
        .map(lifetime -> new Ticket(ticket, lifetime.toSeconds()));
  }

  private static Future<Boolean> isThere(Room room, String id) {
    return id.equals(OBSERVER)
        ? Future.succeededFuture(true)
        : room.look(id).map(Optional::isPresent);
  }

  Future<Redeemed> redeem(RedeemTicket ask) {
    Room room = rooms.of(ask.space());
    return room.tickets()
        .take(hash(ask.ticket()))
        .map(text -> Owner.of(text.orElseThrow(Tickets::unknown)))
        .compose(owner -> redeemed(room, owner));
  }

  private static Future<Redeemed> redeemed(Room room, Owner owner) {
    return owner.session.equals(OBSERVER)
        ? Future.succeededFuture(new Redeemed(null, owner.credential))
        : room.store()
            .look(owner.session)
            .map(found -> found.orElseThrow(Tickets::unknown).id())
            .map(id -> new Redeemed(id, owner.credential));
  }

  private static Failure unknown() {
    return Failure.of(Code.TICKET_UNKNOWN, "Ask for another one");
  }

  private static String hash(String ticket) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(ticket.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
