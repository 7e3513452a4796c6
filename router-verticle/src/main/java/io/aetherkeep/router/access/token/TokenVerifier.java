package io.aetherkeep.router.access.token;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.collection.BoundedMap;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.access.identity.ApiKey;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Credentials;
import io.aetherkeep.router.access.identity.Scope;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifier of signed tokens (JWT), with a cache of verified ones: checking a signature takes longer
 * than most requests. Used on one event loop.
 */
public final class TokenVerifier {

  private static final int REMEMBERED = 1024;

  /** Limit of a time's absolute value in seconds: the end of the year 9999. */
  private static final BigDecimal LATEST = BigDecimal.valueOf(253_402_300_799L);

  private final JWTAuth signatures;
  private final AccessSettings settings;
  private final Map<ByteBuffer, Caller> checked = BoundedMap.byUse(REMEMBERED);

  public TokenVerifier(Vertx vertx, TokenKeys keys, AccessSettings settings) {
    this.settings = settings;
    JWTAuthOptions options = new JWTAuthOptions();
    keys.jwks().forEach(options::addJwk);
    // Times are checked here, to tell expired tokens from bad ones.
    options.setJWTOptions(new JWTOptions().setIgnoreExpiration(true));
    this.signatures = JWTAuth.create(vertx, options);
  }

  /**
   * Returns the caller of a token; throws a {@link Failure} if the token is invalid or has expired.
   */
  public Caller identify(String token, Instant now) {
    ByteBuffer digest = ByteBuffer.wrap(ApiKey.digest(token));
    Caller known = checked.get(digest);
    Caller caller = known == null ? verified(token, now) : known;
    if (isExpired(caller, now)) {
      checked.remove(digest);
      throw Credentials.expired();
    }
    checked.put(digest, caller);
    return caller;
  }

  /** Whether a token has expired, with the leeway between clocks. */
  public boolean isExpired(Caller caller, Instant now) {
    return caller.isExpiredAt(now.minus(settings.leeway()));
  }

  private Caller verified(String token, Instant now) {
    try {
      return caller(claims(token), now);
    } catch (Failure failure) {
      throw failure;
    } catch (RuntimeException e) {
      // Its parts are malformed.
      throw Credentials.bad();
    }
  }

  private JsonObject claims(String token) {
    requirePlain(token);
    Future<User> user = signatures.authenticate(new TokenCredentials(token));
    if (!user.succeeded()) {
      throw Credentials.bad();
    }
    return user.result().attributes().getJsonObject("accessToken");
  }

  /**
   * Refuses a header with extensions that are not understood ({@code crit}, RFC 7515), or with an
   * unencoded payload (RFC 7797).
   */
  private static void requirePlain(String token) {
    int end = token.indexOf('.');
    JsonObject header =
        new JsonObject(
            Buffer.buffer(Base64.getUrlDecoder().decode(token.substring(0, Math.max(0, end)))));
    if (header.containsKey("crit") || header.containsKey("b64")) {
      throw Credentials.bad();
    }
  }

  private Caller caller(JsonObject claims, Instant now) {
    Instant begins = time(claims, "nbf");
    Instant ends = time(claims, "exp");
    boolean early = begins != null && now.plus(settings.leeway()).isBefore(begins);
    if (early || ends == null || !isTrustedIssuer(claims) || !hasOurAudience(claims)) {
      throw Credentials.bad();
    }
    String session = session(claims);
    return new Caller(
        name(claims), spaces(claims), scopes(claims, session), session, null, ends, author(claims));
  }

  /** Returns the time of a claim; refuses values that would overflow. */
  private static @Nullable Instant time(JsonObject claims, String name) {
    Number seconds = claims.getNumber(name);
    if (seconds == null) {
      return null;
    }
    BigDecimal exact = new BigDecimal(seconds.toString());
    if (exact.abs().compareTo(LATEST) > 0) {
      throw Credentials.bad();
    }
    return Instant.ofEpochSecond(exact.longValue());
  }

  private boolean isTrustedIssuer(JsonObject claims) {
    return settings.issuer().isEmpty() || settings.issuer().equals(claims.getValue("iss"));
  }

  private boolean hasOurAudience(JsonObject claims) {
    return settings.audience().isEmpty()
        || texts(claims.getValue("aud")).contains(settings.audience());
  }

  /**
   * Returns the session claim; refuses an invalid one, which must not pass for a service's token.
   */
  private static @Nullable String session(JsonObject claims) {
    if (!claims.containsKey("session")) {
      return null;
    }
    if (claims.getValue("session") instanceof String session && !session.isEmpty()) {
      return session;
    }
    throw Credentials.bad();
  }

  /** Returns the texts of a claim: one, or an array of several. */
  private static Set<String> texts(@Nullable Object claim) {
    Set<String> texts = new HashSet<>();
    if (claim instanceof JsonArray several) {
      several.forEach(text -> texts.add((String) text));
    } else if (claim != null) {
      texts.add((String) claim);
    }
    return texts;
  }

  private static Set<String> spaces(JsonObject claims) {
    return texts(claims.getValue("space"));
  }

  /** Returns the scopes; by default an end user may read and write its own session. */
  private static Set<Scope> scopes(JsonObject claims, @Nullable String session) {
    Object said = claims.getValue("scope");
    if (said == null && session != null) {
      return EnumSet.of(Scope.READ, Scope.WRITE);
    }
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String text : texts(said)) {
      for (String word : text.split(" ", -1)) {
        Scope scope = Scope.of(word);
        if (scope != null) {
          scopes.add(scope);
        }
      }
    }
    return scopes;
  }

  /** Returns the author to record with changes. */
  private static String author(JsonObject claims) {
    return String.valueOf(claims.getValue("sub", claims.getValue("session", "token")));
  }

  /** Returns the name for rate limiters: the issuer and the subject. */
  private static String name(JsonObject claims) {
    Object subject = claims.getValue("sub", claims.getValue("session", ""));
    return "token " + claims.getValue("iss", "") + " " + subject;
  }
}
