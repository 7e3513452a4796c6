package io.aetherkeep.catalogue;

import io.aetherkeep.bus.Ask;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks about tickets: secrets that open one socket. */
public final class TicketAsks {

  private TicketAsks() {}

  /**
   * Issues a ticket that opens one WebSocket, once and within a short time.
   *
   * @param session session of the socket; null for an observer, which only watches
   * @param credential credential whose end also ends the ticket's rights, returned when it is
   *     redeemed; null if they do not end
   */
  public record IssueTicket(String space, @Nullable String session, @Nullable String credential)
      implements Ask<Ticket> {
    public IssueTicket {
      Objects.requireNonNull(space, "space");
    }
  }

  /** A ticket, and for how many seconds it is valid. */
  public record Ticket(String ticket, long expiresInSeconds) {
    @Override
    public String toString() {
      return "Ticket[expiresInSeconds=" + expiresInSeconds + "]";
    }
  }

  /** Redeems a ticket, which makes it unknown afterwards. */
  public record RedeemTicket(String space, String ticket) implements Ask<Redeemed> {
    public RedeemTicket {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(ticket, "ticket");
    }

    @Override
    public String toString() {
      return "RedeemTicket[space=" + space + "]";
    }
  }

  /**
   * Content of a redeemed ticket.
   *
   * @param session null for an observer
   * @param credential as it was issued
   */
  public record Redeemed(@Nullable String session, @Nullable String credential) {}
}
