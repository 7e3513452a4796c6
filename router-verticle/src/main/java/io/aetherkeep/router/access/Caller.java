package io.aetherkeep.router.access;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, as far as it matters here.
 *
 * @param name tells callers apart where they are counted; no secret
 * @param spaces the names of spaces, or {@link #EVERY_SPACE}
 * @param session the one session of an end user; none for a service
 * @param expires when the credential ends; none for never
 */
public record Caller(
    String name,
    Set<String> spaces,
    Set<Scope> scopes,
    @Nullable String session,
    @Nullable Instant expires) {

  /** In a credential's spaces: all there are and will be. */
  public static final String EVERY_SPACE = "*";

  /** Whoever calls where no credentials are asked for. */
  public static final Caller ANYBODY =
      new Caller("anybody", Set.of(EVERY_SPACE), EnumSet.allOf(Scope.class), null, null);

  /** Whoever has a ticket: nobody's user, until it is known whose. */
  public static Caller ofTicket(String space) {
    return new Caller("ticket", Set.of(space), EnumSet.of(Scope.READ, Scope.WRITE), "", null);
  }

  /** The same, whose ticket was a session's; one that has no ticket stays who it is. */
  public Caller ifUserOf(String session) {
    return "".equals(this.session) ? new Caller(name, spaces, scopes, session, expires) : this;
  }

  /** The same, whose ticket was an observer's: it reads what its space has, and no more. */
  public Caller ifObserver() {
    return "".equals(session) ? new Caller(name, spaces, Set.of(Scope.READ), null, expires) : this;
  }

  /** Whether the credential has ended meanwhile. */
  public boolean isExpired() {
    return expires != null && isExpiredAt(Instant.now());
  }

  public Caller {
    spaces = Set.copyOf(spaces);
    scopes = Set.copyOf(scopes);
  }

  boolean isOfEverySpace() {
    return spaces.contains(EVERY_SPACE);
  }

  boolean isOf(String space) {
    return spaces.contains(space) || isOfEverySpace();
  }

  /** Whether it is bound to one session, and may do no more than its user. */
  public boolean isEndUser() {
    return session != null;
  }

  boolean isExpiredAt(Instant now) {
    return expires != null && !now.isBefore(expires);
  }
}
