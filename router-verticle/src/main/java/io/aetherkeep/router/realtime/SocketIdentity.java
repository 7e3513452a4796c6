package io.aetherkeep.router.realtime;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.PlaybackAsks.Reported;
import io.aetherkeep.catalogue.TicketAsks.Redeemed;
import io.aetherkeep.router.access.Guard;
import io.aetherkeep.router.access.cookie.SessionCookies;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.access.identity.Scope;
import io.aetherkeep.router.watch.topic.TopicName;
import org.jspecify.annotations.Nullable;

/** Identity of a socket's client: its credential, and the space and session that it acts in. */
final class SocketIdentity {

  private final String space;
  private final boolean isByTicket;

  /** Null after it was redeemed, to save memory. */
  private @Nullable String ticket;

  private Caller caller;
  private @Nullable String session;

  SocketIdentity(String space, Caller caller, @Nullable String ticket) {
    this.space = space;
    this.caller = caller;
    this.ticket = ticket;
    this.isByTicket = ticket != null;
  }

  String space() {
    return space;
  }

  /** Whether a ticket opened the socket, redeemed or not. */
  boolean isByTicket() {
    return isByTicket;
  }

  /** Returns the ticket to redeem; null if there is none, or if it was redeemed. */
  @Nullable String ticket() {
    return ticket;
  }

  @Nullable String session() {
    return session;
  }

  void session(String id) {
    session = id;
  }

  /** Returns the name of the credential. */
  String name() {
    return caller.author() == null ? caller.name() : caller.author();
  }

  /** Throws if the caller lacks a permission. */
  void require(Need need, @Nullable String of) {
    Guard.require(caller, need, space, of);
  }

  /** Whether the caller may read, so that answers contain the resulting state. */
  boolean reads() {
    return caller.scopes().contains(Scope.READ);
  }

  /** Sets the caller's identity from its redeemed ticket; an observer's ticket has no session. */
  void redeemed(Redeemed by) {
    caller = caller.redeemed(by.session(), by.credential());
    ticket = null;
  }

  /** Returns the close code if the credential has ended, or null. */
  @Nullable CloseCode ended(Guard guard) {
    Failure end = guard.end(caller);
    return end == null ? null : CloseCode.of(end, isByTicket);
  }

  /** Parses a topic's name for this caller. */
  TopicName topic(String text) {
    TopicName name = TopicName.of(space, session, text);
    return name.by(caller);
  }

  /** Returns a playback as the caller may see it. */
  Reported shown(Reported reported) {
    return caller.isByCookie()
        ? new Reported(reported.playback().withSession(SessionCookies.SELF), reported.late())
        : reported;
  }

  /** Returns the session of a socket that was opened with a cookie; null for others. */
  @Nullable String ofCookie() {
    return caller.isByCookie() ? caller.session() : null;
  }

  /** Returns the session of the end user who opened the socket; null for a service. */
  @Nullable String endUser() {
    return caller.session();
  }
}
