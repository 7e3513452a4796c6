package io.aetherkeep.router.access;

import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, as far as it matters here.
 *
 * @param name tells callers apart where they are counted; no secret
 * @param spaces the names of spaces, or {@link #EVERY_SPACE}
 * @param session the one session of an end user; none for a service
 * @param key the id of the API key that all of this rests on; none where it is a token
 * @param expires when the credential ends; none for never
 * @param author by what name what it changes is recorded; none where nobody is asked who they are
 */
public record Caller(
    String name,
    Set<String> spaces,
    Set<Scope> scopes,
    @Nullable String session,
    @Nullable String key,
    @Nullable Instant expires,
    @Nullable String author) {

  /** In a credential's spaces: all there are and will be. */
  public static final String EVERY_SPACE = "*";

  private static final String ATTRIBUTE = "aetherkeep.caller";
  private static final String KEY = "key ";
  private static final String UNTIL = "until ";
  private static final String SCOPES = "scopes=";

  /** Whoever calls where no credentials are asked for. */
  public static final Caller ANYBODY =
      new Caller(
          "anybody", Set.of(EVERY_SPACE), EnumSet.allOf(Scope.class), null, null, null, null);

  /** What a ticket may be good for at most: what one does with a session of one's own. */
  private static final Set<Scope> OF_TICKETS = Set.of(Scope.READ, Scope.WRITE);

  /** Who sent a request that a handler has. */
  public static Caller of(RoutingContext context) {
    Caller known = context.get(ATTRIBUTE);
    return known == null ? ANYBODY : known;
  }

  /** Tells the handlers of a request that this is who sent it. */
  public void attachTo(RoutingContext context) {
    context.put(ATTRIBUTE, this);
  }

  /** Whoever has a ticket: nobody's user, until it is known whose. */
  public static Caller ofTicket(String space) {
    return new Caller("ticket", Set.of(space), OF_TICKETS, "", null, null, null);
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
    Set<Scope> those = EnumSet.noneOf(Scope.class);
    those.addAll(bought(credential));
    if (session == null) {
      those.remove(Scope.WRITE);
    }
    String until = after(UNTIL, credential);
    return new Caller(
        name,
        spaces,
        those,
        session,
        after(KEY, credential),
        until == null ? null : Instant.parse(until),
        null);
  }

  /** The scopes that a ticket was bought with: all it can have where nobody was asked for any. */
  private static Set<Scope> bought(@Nullable String credential) {
    int end = credential == null ? -1 : credential.indexOf(' ');
    if (credential == null || end < 0 || !credential.startsWith(SCOPES)) {
      return OF_TICKETS;
    }
    Set<Scope> bought = EnumSet.noneOf(Scope.class);
    for (String word : credential.substring(SCOPES.length(), end).split(",", -1)) {
      Scope scope = Scope.of(word);
      if (scope != null && OF_TICKETS.contains(scope)) {
        bought.add(scope);
      }
    }
    return bought;
  }

  private static @Nullable String after(String word, @Nullable String credential) {
    int at = credential == null ? -1 : credential.indexOf(word);
    boolean first = at == 0 || (at > 0 && credential != null && credential.indexOf(' ') == at - 1);
    return credential != null && first ? credential.substring(at + word.length()) : null;
  }

  /**
   * What this caller's rights are and end with, for a ticket to carry no others and end with them
   * too: {@code scopes=read,write key 0a1b}; none where nothing ends.
   */
  public @Nullable String credential() {
    if (key == null && expires == null) {
      return null;
    }
    String words =
        scopes.stream()
            .filter(OF_TICKETS::contains)
            .map(Scope::text)
            .sorted()
            .collect(Collectors.joining(","));
    return SCOPES + words + " " + (key == null ? UNTIL + expires : KEY + key);
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
