package io.aetherkeep.router.access;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.access.cookie.SessionCookies;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Credentials;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.access.token.TokenKeys;
import io.aetherkeep.router.access.token.TokenVerifier;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Authentication and authorization of requests, on one event loop. It reloads its files when they
 * change.
 */
public final class Guard {

  private final AccessSettings settings;
  private final RateLimiters rateLimiters;
  private final ApiKeyUsage keyUsage;
  private final InstantSource clock;
  private final SessionCookies cookies;
  private ApiKeys keys = ApiKeys.NONE;
  private @Nullable TokenVerifier tokens;

  public Guard(
      AccessSettings settings,
      RateLimiters rateLimiters,
      ApiKeyUsage keyUsage,
      InstantSource clock,
      SessionCookies cookies) {
    this.settings = settings;
    this.keyUsage = keyUsage;
    this.cookies = cookies;
    this.rateLimiters = rateLimiters;
    this.clock = clock;
  }

  /** Reads the files of credentials. */
  public Future<?> start(Vertx vertx) {
    List<Future<?>> reading = new ArrayList<>();
    if (settings.keysFile() != null) {
      reading.add(
          WatchedFile.follow(vertx, settings.keysFile(), settings.reloadEvery(), this::takeKeys));
    }
    if (settings.jwksFile() != null) {
      reading.add(
          WatchedFile.follow(
              vertx,
              settings.jwksFile(),
              settings.reloadEvery(),
              bytes -> tokens = tokens(vertx, bytes)));
    }
    Path cookieKeys = settings.cookies().keyFile();
    if (cookieKeys != null) {
      reading.add(WatchedFile.follow(vertx, cookieKeys, settings.reloadEvery(), cookies::read));
    }
    return Future.all(reading);
  }

  /** Takes the key file; without a file no key is valid. */
  private void takeKeys(@Nullable Buffer file) throws IOException {
    try {
      KeyFile known = file == null ? new KeyFile(List.of()) : KeyFile.read(file.getBytes());
      keys = ApiKeys.of(known);
      keyUsage.know(known.keys());
    } catch (Failure failure) {
      throw new IOException(failure.detail(), failure);
    }
  }

  private @Nullable TokenVerifier tokens(Vertx vertx, @Nullable Buffer file) {
    return file == null
        ? null
        : new TokenVerifier(vertx, TokenKeys.read(file.getBytes()), settings);
  }

  /** Whether this is open mode. */
  public boolean isOpen() {
    return settings.isOpen();
  }

  /**
   * Authenticates a request and counts it for its caller; throws a {@link Failure} otherwise. A
   * credential in a header goes before a session cookie.
   *
   * @param space the named space; null for what belongs to the node
   */
  public Caller identify(HttpServerRequest request, @Nullable String space) {
    if (isOpen()) {
      return Caller.ANYBODY;
    }
    boolean isStated = Credentials.areIn(request.headers());
    String session = isStated ? null : cookies.session(request, space);
    if (session != null && space != null) {
      cookies.requireOwnPage(request, space, session);
    }
    Caller caller =
        session != null && space != null
            ? Caller.ofCookie(space, session)
            : caller(Credentials.in(request.headers()));
    rateLimiters.count(caller, request);
    return caller;
  }

  /**
   * Counts a use of a caller's API key.
   *
   * @param spaces known spaces; all of the node for an operation of the node
   */
  public void countUse(Caller caller, Set<String> spaces, String operation) {
    String key = caller.key();
    if (key != null) {
      spaces.forEach(space -> keyUsage.count(space, key, operation));
    }
  }

  private Caller caller(String credential) {
    if (Credentials.isKey(credential)) {
      return keys.identify(credential, clock.instant());
    }
    TokenVerifier known = tokens;
    if (known == null) {
      throw Credentials.bad();
    }
    return known.identify(credential, clock.instant());
  }

  /** Returns the session in a request's cookie, or null. */
  public @Nullable String self(HttpServerRequest request, @Nullable String space) {
    return isOpen() ? null : cookies.session(request, space);
  }

  /**
   * Returns why an authenticated caller's credential has ended, or null.
   *
   * <p>Removing a signing key does not end tokens that were accepted before, because the guard does
   * not keep which key signed a token.
   */
  public @Nullable Failure end(Caller caller) {
    if (caller.key() != null) {
      return keys.end(caller, clock.instant());
    }
    if (caller.expires() == null) {
      return null;
    }
    TokenVerifier known = tokens;
    if (known == null) {
      return Credentials.bad();
    }
    return known.isExpired(caller, clock.instant()) ? Credentials.expired() : null;
  }

  /** Throws if a caller lacks a permission. */
  public static void require(
      Caller caller, Need need, @Nullable String space, @Nullable String session) {
    Code refusal = Access.refusal(caller, need, space, session);
    if (refusal != null) {
      throw Failure.of(refusal, detail(refusal, need));
    }
  }

  private static String detail(Code refusal, Need need) {
    return switch (refusal) {
      case MISSING_SCOPE -> "The credential needs the scope " + need.scope().text();
      case OTHER_SESSION ->
          "An end user's credential gives access only to its own session and to topics";
      default -> "The credential is for other spaces";
    };
  }
}
