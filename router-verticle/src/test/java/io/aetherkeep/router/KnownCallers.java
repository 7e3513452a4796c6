package io.aetherkeep.router;

import io.aetherkeep.router.access.KeyFile;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.access.identity.AccessSettings.Rate;
import io.aetherkeep.router.access.identity.ApiKey;
import io.aetherkeep.router.access.identity.Scope;
import io.aetherkeep.router.access.token.Issuer;
import io.aetherkeep.router.settings.ListenerSettings;
import io.aetherkeep.router.settings.RouterSettings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Credentials of every kind, in files that a router reads. */
final class KnownCallers {

  private static final List<Scope> ALL = List.of(Scope.values());

  private final Path keysFile;
  private final Path jwksFile;
  private final Issuer issuer;
  private KeyFile keys = new KeyFile(List.of());
  private AccessSettings.Cookies cookies = AccessSettings.Cookies.OFF;

  private KnownCallers(Path directory) {
    this.keysFile = directory.resolve("keys.json");
    this.jwksFile = directory.resolve("jwks.json");
    Vertx vertx = Vertx.vertx();
    this.issuer = Issuer.hs256(vertx, "k1");
    vertx.close();
    Issuer.publish(jwksFile, issuer);
    store(keys);
  }

  /** Creates them in a directory of their own under the build's output. */
  static KnownCallers fresh() {
    try {
      Path callers = Files.createDirectories(Path.of("target", "callers"));
      return new KnownCallers(Files.createTempDirectory(callers, ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void store(KeyFile stored) {
    try {
      stored.write(keysFile);
      keys = stored;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets browsers have session cookies. */
  KnownCallers withCookies(AccessSettings.SameSite sameSite, boolean forAnybody) {
    try {
      Path file = Files.writeString(keysFile.resolveSibling("cookie.key"), cookieKey() + "\n");
      cookies = new AccessSettings.Cookies(file, sameSite, forAnybody);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates a key for cookies. */
  static String cookieKey() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  Path keysFile() {
    return keysFile;
  }

  Path jwksFile() {
    return jwksFile;
  }

  KeyFile keys() {
    return keys;
  }

  /** Settings of a router with these credentials. */
  RouterSettings settings() {
    return settings(new Rate(0, 100), new Rate(0, 100));
  }

  RouterSettings settings(Rate ofKey, Rate ofAddress) {
    AccessSettings access =
        new AccessSettings(
            keysFile,
            jwksFile,
            "",
            "",
            Duration.ofSeconds(30),
            Duration.ofMillis(20),
            ofKey,
            ofAddress,
            cookies);
    return RouterSettings.of(Map.of("aethercast", 1 << 20, "council", 1 << 20))
        .with(ListenerSettings.USUAL, access);
  }

  /** Creates a key; a router that starts later knows it at once. */
  String key(String space, Scope... scopes) {
    return key(space, null, scopes);
  }

  private String key(String space, Instant expires, Scope... scopes) {
    List<Scope> of = scopes.length == 0 ? ALL : List.of(scopes);
    ApiKey.Fresh fresh =
        ApiKey.make("test", List.of(space), of, Instant.now().minusSeconds(60), expires);
    store(keys.with(fresh.stored()));
    return fresh.key();
  }

  /** The id of a key that was created here. */
  static String idOf(String key) {
    return key.split("_", -1)[1];
  }

  void revoke(String key) {
    store(keys.without(idOf(key)));
  }

  /** Changes the spaces, scopes and secret of a key, which keeps its id. */
  void change(String key, List<String> spaces, List<String> scopes, String sha256) {
    ApiKey old = stored(key);
    store(
        keys.without(old.id())
            .with(
                new ApiKey(
                    old.id(), old.name(), sha256, spaces, scopes, old.created(), old.expires())));
  }

  ApiKey stored(String key) {
    return keys.keys().stream().filter(one -> one.id().equals(idOf(key))).findFirst().orElseThrow();
  }

  /** Creates a key with an expiry. */
  String keyUntil(String space, Instant expires) {
    return key(space, expires);
  }

  String expiredKey(String space) {
    return key(space, Instant.now().minusSeconds(1));
  }

  String token(String claims) {
    return issuer.token(claims);
  }
}
