package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.SessionAsks.EndSession;
import io.aetherkeep.catalogue.TicketAsks.IssueTicket;
import io.aetherkeep.catalogue.TicketAsks.RedeemTicket;
import io.aetherkeep.catalogue.TicketAsks.Redeemed;
import io.aetherkeep.catalogue.TicketAsks.Ticket;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A ticket opens one socket of one session, once and before it expires. */
class TicketsTest extends PlaybackDeployment {

  @EachSpace
  void aTicket_isTakenOnce(String space) throws Exception {
    open(space, "s1", "u1");
    Ticket ticket = ask(new IssueTicket(space, "s1", null));
    assertEquals(30, ticket.expiresInSeconds());
    assertEquals(new Redeemed("s1", null), ask(new RedeemTicket(space, ticket.ticket())));
    assertRefused(Code.TICKET_UNKNOWN, new RedeemTicket(space, ticket.ticket()));
    assertRefused(Code.TICKET_UNKNOWN, new RedeemTicket(space, ""));
    assertRefused(Code.SESSION_UNKNOWN, new IssueTicket(space, "none", null));
    assertRefused(Code.INVALID_ID, new IssueTicket(space, "a b", null));
  }

  @Test
  void aTicket_remembersWhatItWasGotWith() throws Exception {
    open(COUNCIL, "s1", "u1");
    for (String session : Arrays.asList("s1", null)) {
      String ticket = ask(new IssueTicket(COUNCIL, session, "key 0a1b")).ticket();
      assertEquals(new Redeemed(session, "key 0a1b"), ask(new RedeemTicket(COUNCIL, ticket)));
    }
  }

  @Test
  void ofManyWhoTakeATicket_oneGetsIt() throws Exception {
    addNode();
    open(CONTENT, "s1", "u1");
    String ticket = ask(new IssueTicket(CONTENT, "s1", null)).ticket();
    List<Future<Redeemed>> all =
        askAll(Stream.generate(() -> new RedeemTicket(CONTENT, ticket)).limit(20).toList());
    assertEquals(1, all.stream().filter(Future::succeeded).count());
  }

  @Test
  void aTicket_isNotInRedisAndIsGoneSoon() throws Exception {
    open(COUNCIL, "s1", "u1");
    Ticket ticket = ask(new IssueTicket(COUNCIL, "s1", null));
    String key =
        keys(COUNCIL).stream().filter(name -> name.startsWith("ticket:")).findAny().orElseThrow();
    assertFalse(key.contains(ticket.ticket()));
    assertFalse(ticket.toString().contains(ticket.ticket()));
    assertEquals("s1", foreign(COUNCIL).text("GET", key));
    long left = foreign(COUNCIL).number("PTTL", key);
    assertTrue(left > 0 && left <= 30_000, () -> left + " ms");
  }

  @Test
  void aTicketOfASessionThatEnded_isNone() throws Exception {
    open(AETHERCAST, "s1", "u1");
    String ticket = ask(new IssueTicket(AETHERCAST, "s1", null)).ticket();
    assertRefused(Code.TICKET_UNKNOWN, new RedeemTicket(CONTENT, ticket));
    ask(new EndSession(AETHERCAST, "s1"));
    assertRefused(Code.TICKET_UNKNOWN, new RedeemTicket(AETHERCAST, ticket));
  }
}
