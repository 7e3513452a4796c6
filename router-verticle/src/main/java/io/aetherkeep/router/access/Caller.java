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
 * @param key the id of the API key that all of this rests on; none where it is a token
 * @param expires when the credential ends; none for never
 */
public record Caller(
    String name,
    Set<String> spaces,
    Set<Scope> scopes,
    @Nullable String session,
    @Nullable String key,
    @Nullable Instant expires) {

  /** In a credential's spaces: all there are and will be. */
  public static final String EVERY_SPACE = "*";

  private static final String KEY = "key ";
  private static final String UNTIL = "until ";

  /** Whoever calls where no credentials are asked for. */
  public static final Caller ANYBODY =
      new Caller("anybody", Set.of(EVERY_SPACE), EnumSet.allOf(Scope.class), null, null, null);

  /** Whoever has a ticket: nobody's user, until it is known whose. */
  public static Caller ofTicket(String space) {
    EnumSet<Scope> scopes = EnumSet.of(Scope.READ, Scope.WRITE);
    return new Caller("ticket", Set.of(space), scopes, "", null, null);
  }

  /**
   * The same, whose ticket was a session's, or else an observer's, who reads what its space has and
   * no more; one that has no ticket stays who it is.
   *
   * @param credential what whoever got the ticket came with, as {@link #credential} wrote it
   */
  public Caller redeemed(@Nullable String session, @Nullable String credential) {
    if (!"".equals(this.session)) {
      return this;
    }
    Set<Scope> those = session == null ? Set.of(Scope.READ) : scopes;
    String until = after(UNTIL, credential);
    return new Caller(
        name,
        spaces,
        those,
        session,
        after(KEY, credential),
        until == null ? null : Instant.parse(until));
  }

  private static @Nullable String after(String word, @Nullable String credential) {
    return credential != null && credential.startsWith(word)
        ? credential.substring(word.length())
        : null;
  }

  /**
   * What this caller's rights end with, for a ticket to end with it too; none where nothing does.
   */
  public @Nullable String credential() {
    if (key != null) {
      return KEY + key;
    }
    return expires == null ? null : UNTIL + expires;
  }

  public Caller {
    spaces = Set.copyOf(spaces);
    scopes = Set.copyOf(scopes);
  }

  boolean isOfEverySpace() {
    return spaces.contains(EVERY_SPACE);
  }

  /** Whether it reaches a space, or would if there were one of this name. */
  public boolean isOf(String space) {
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
