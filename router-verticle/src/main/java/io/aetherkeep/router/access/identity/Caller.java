package io.aetherkeep.router.access.identity;

import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Authenticated caller and its rights.
 *
 * @param name identifies the caller to rate limiters; not secret
 * @param spaces the names of spaces, or {@link #EVERY_SPACE}
 * @param session the one session of an end user; null for a service
 * @param key the id of the API key; null for a token
 * @param expires when the credential expires; null for never
 * @param author recorded as the author of changes; null in open mode
 * @param digest start of the API key's digest, which changes with its secret; null for a token
 */
public record Caller(
    String name,
    Set<String> spaces,
    Set<Scope> scopes,
    @Nullable String session,
    @Nullable String key,
    @Nullable Instant expires,
    @Nullable String author,
    @Nullable String digest) {

  /** Wildcard among a credential's spaces: all present and future ones. */
  public static final String EVERY_SPACE = "*";

  private static final String ATTRIBUTE = "aetherkeep.caller";
  private static final String KEY = "key ";
  private static final String UNTIL = "until ";
  private static final String SCOPES = "scopes=";
  private static final String DIGEST = "digest=";
  private static final String COOKIE = "cookie";

  /** Caller in open mode. */
  public static final Caller ANYBODY =
      new Caller(
          "anybody", Set.of(EVERY_SPACE), EnumSet.allOf(Scope.class), null, null, null, null);

  /** Scopes that a ticket can have. */
  private static final Set<Scope> OF_TICKETS = Set.of(Scope.READ, Scope.WRITE);

  /** Creates a caller without an API key. */
  public Caller(
      String name,
      Set<String> spaces,
      Set<Scope> scopes,
      @Nullable String session,
      @Nullable String key,
      @Nullable Instant expires,
      @Nullable String author) {
    this(name, spaces, scopes, session, key, expires, author, null);
  }

  /** Returns the caller of a request. */
  public static Caller of(RoutingContext context) {
    Caller known = context.get(ATTRIBUTE);
    return known == null ? ANYBODY : known;
  }

  /** Stores the caller in the request's context. */
  public void attachTo(RoutingContext context) {
    context.put(ATTRIBUTE, this);
  }

  /** Creates the caller of a session cookie, who reads and writes its session. */
  public static Caller ofCookie(String space, String session) {
    return new Caller(COOKIE + " " + session, Set.of(space), OF_TICKETS, session, null, null, null);
  }

  /** Whether the caller has a session cookie; then it must not see the session's id. */
  public boolean isByCookie() {
    return session != null && name.startsWith(COOKIE + " ");
  }

  /** Creates the caller of a ticket before its redemption, when the session is unknown. */
  public static Caller ofTicket(String space) {
    return new Caller("ticket", Set.of(space), OF_TICKETS, "", null, null, null);
  }

  /**
   * Returns the caller after its ticket was redeemed; a caller without a ticket stays the same.
   *
   * @param session the ticket's session; null for an observer, who may only read
   * @param credential the credential that the ticket was issued for, as {@link #credential} wrote
   *     it
   */
  public Caller redeemed(@Nullable String session, @Nullable String credential) {
    if (!"".equals(this.session)) {
      return this;
    }
    if (session != null && credential != null && credential.endsWith(" " + COOKIE)) {
      return new Caller(
          COOKIE + " " + session, spaces, scopesOf(credential), session, null, null, null);
    }
    Set<Scope> granted = EnumSet.noneOf(Scope.class);
    granted.addAll(scopesOf(credential));
    if (session == null) {
      granted.remove(Scope.WRITE);
    }
    String until = after(UNTIL, credential);
    return new Caller(
        name,
        spaces,
        granted,
        session,
        after(KEY, credential),
        until == null ? null : Instant.parse(until),
        null,
        digestOf(credential));
  }

  /**
   * Returns the scopes of the credential that a ticket was issued for; in open mode all that a
   * ticket can have.
   */
  private static Set<Scope> scopesOf(@Nullable String credential) {
    List<String> words = words(credential);
    if (words.isEmpty()) {
      return OF_TICKETS;
    }
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String word : words) {
      Scope scope = Scope.of(word);
      if (scope != null && OF_TICKETS.contains(scope)) {
        scopes.add(scope);
      }
    }
    return scopes;
  }

  /** Returns the words after {@link #SCOPES}: scopes, and a digest that older nodes skip. */
  private static List<String> words(@Nullable String credential) {
    int end = credential == null ? -1 : credential.indexOf(' ');
    return credential == null || end < 0 || !credential.startsWith(SCOPES)
        ? List.of()
        : List.of(credential.substring(SCOPES.length(), end).split(",", -1));
  }

  private static @Nullable String digestOf(@Nullable String credential) {
    return words(credential).stream()
        .filter(word -> word.startsWith(DIGEST))
        .map(word -> word.substring(DIGEST.length()))
        .findFirst()
        .orElse(null);
  }

  private static @Nullable String after(String word, @Nullable String credential) {
    int at = credential == null ? -1 : credential.indexOf(word);
    boolean first = at == 0 || (at > 0 && credential != null && credential.indexOf(' ') == at - 1);
    return credential != null && first ? credential.substring(at + word.length()) : null;
  }

  /**
   * Encodes the scopes and the end of this credential for a ticket, which gets no more rights and
   * ends with it: {@code scopes=read,write,digest=1f2e key 0a1b}. Null without a credential, as in
   * open mode.
   */
  public @Nullable String credential() {
    if (key == null && expires == null && !isByCookie()) {
      return null;
    }
    String words =
        scopes.stream()
            .filter(OF_TICKETS::contains)
            .map(Scope::text)
            .sorted()
            .collect(Collectors.joining(","));
    return SCOPES
        + words
        + (digest == null ? "" : "," + DIGEST + digest)
        + " "
        + (isByCookie() ? COOKIE : key == null ? UNTIL + expires : KEY + key);
  }

  public Caller {
    spaces = Set.copyOf(spaces);
    scopes = Set.copyOf(scopes);
  }

  public boolean isOfEverySpace() {
    return spaces.contains(EVERY_SPACE);
  }

  /** Whether the credential is for a space of this name, which may not exist. */
  public boolean isOf(String space) {
    return spaces.contains(space) || isOfEverySpace();
  }

  /** Whether the caller is an end user, bound to one session. */
  public boolean isEndUser() {
    return session != null;
  }

  /** Whether this caller has all rights of another one. */
  public boolean covers(Caller other) {
    boolean everySpace = isOfEverySpace() || spaces.containsAll(other.spaces);
    return everySpace && scopes.containsAll(other.scopes);
  }

  public boolean isExpiredAt(Instant now) {
    return expires != null && !now.isBefore(expires);
  }
}
