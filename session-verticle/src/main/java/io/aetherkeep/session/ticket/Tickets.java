package io.aetherkeep.session.ticket;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.TicketAsks.IssueTicket;
import io.aetherkeep.catalogue.TicketAsks.RedeemTicket;
import io.aetherkeep.catalogue.TicketAsks.Redeemed;
import io.aetherkeep.catalogue.TicketAsks.Ticket;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.session.layout.SessionIds;
import io.aetherkeep.session.space.SessionSpace;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Service of tickets: one-time credentials that open one socket, of a session or of an observer.
 * Redis stores only their hashes, so that a reader of Redis cannot use them.
 */
public final class Tickets {

  /** Session of an observer's ticket; a session id is never empty. */
  private static final String OBSERVER = "";

  /**
   * A ticket's session and the credential that it ends with, as text. Session ids hold no space.
   */
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

  private final PerSpace<SessionSpace> spaces;
  private final PerSpace<TicketStore> tickets;

  public Tickets(PerSpace<SessionSpace> spaces, PerSpace<TicketStore> tickets) {
    this.spaces = spaces;
    this.tickets = tickets;
  }

  public Future<Ticket> issue(IssueTicket ask) {
    SessionSpace space = spaces.of(ask.space());
    String id = ask.session() == null ? OBSERVER : space.layout().checkedId(ask.session());
    String ticket = SessionIds.fresh();
    return exists(space, id)
        .compose(
            there ->
                there
                    ? tickets
                        .of(ask.space())
                        .put(hash(ticket), new Owner(id, ask.credential()).text())
                    : Future.failedFuture(SessionSpace.unknown()))
        .map(lifetime -> new Ticket(ticket, lifetime.toSeconds()));
  }

  private static Future<Boolean> exists(SessionSpace space, String id) {
    return id.equals(OBSERVER)
        ? Future.succeededFuture(true)
        : space.peek(id).map(Optional::isPresent);
  }

  public Future<Redeemed> redeem(RedeemTicket ask) {
    SessionSpace space = spaces.of(ask.space());
    return tickets
        .of(ask.space())
        .take(hash(ask.ticket()))
        .map(text -> Owner.of(text.orElseThrow(Tickets::unknown)))
        .compose(owner -> redeemed(space, owner));
  }

  private static Future<Redeemed> redeemed(SessionSpace space, Owner owner) {
    return owner.session.equals(OBSERVER)
        ? Future.succeededFuture(new Redeemed(null, owner.credential))
        : space
            .store()
            .peek(owner.session)
            .map(found -> found.orElseThrow(Tickets::unknown).id())
            .map(id -> new Redeemed(id, owner.credential));
  }

  private static Failure unknown() {
    return Failure.of(
        Code.TICKET_UNKNOWN, "The ticket is unknown, used or expired: request a new one");
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
