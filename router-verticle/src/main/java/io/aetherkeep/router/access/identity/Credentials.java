package io.aetherkeep.router.access.identity;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;

/** Credentials of a request: one API key or one token. */
public final class Credentials {

  private static final CharSequence API_KEY = HttpHeaders.createOptimized("X-API-Key");
  private static final String BEARER = "Bearer ";

  private Credentials() {}

  /** Whether a request has a header with a credential. */
  public static boolean areIn(MultiMap headers) {
    return headers.contains(HttpHeaders.AUTHORIZATION) || headers.contains(API_KEY);
  }

  /**
   * Returns the credential of a request; throws a {@link Failure} if there is none or more than
   * one.
   */
  public static String in(MultiMap headers) {
    List<String> authorizations = headers.getAll(HttpHeaders.AUTHORIZATION);
    List<String> keys = headers.getAll(API_KEY);
    if (authorizations.isEmpty() && keys.isEmpty()) {
      throw Failure.of(
          Code.NO_CREDENTIALS,
          "Send Authorization: Bearer with an API key or a token, or X-API-Key");
    }
    if (authorizations.size() + keys.size() > 1) {
      throw Failure.of(Code.BAD_CREDENTIALS, "Send one credential");
    }
    return keys.isEmpty() ? bearer(authorizations.get(0)) : key(keys.get(0));
  }

  private static String bearer(String authorization) {
    if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw bad();
    }
    return authorization.substring(BEARER.length()).strip();
  }

  private static String key(String key) {
    if (!isKey(key)) {
      throw bad();
    }
    return key;
  }

  public static boolean isKey(String credential) {
    return credential.startsWith(ApiKey.PREFIX);
  }

  /** Creates the failure of a bad credential, which does not tell what is wrong. */
  public static Failure bad() {
    return Failure.of(Code.BAD_CREDENTIALS, "The credential is unknown or was removed");
  }

  /** Creates the failure of a page whose origin is not allowed. */
  public static Failure otherOrigin() {
    return Failure.of(Code.OTHER_ORIGIN, "This origin is not allowed: add it to http.origins");
  }

  /** Creates the failure of an open connection whose key has lost rights since it was opened. */
  public static Failure narrowed() {
    return Failure.of(
        Code.EXPIRED_CREDENTIALS, "The key has fewer rights than before: connect again");
  }

  public static Failure expired() {
    return Failure.of(Code.EXPIRED_CREDENTIALS, "The credential has expired");
  }
}
