package io.aetherkeep.router.access.identity;

import io.aetherkeep.settings.Reloadable;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of authentication and rate limits.
 *
 * @param keysFile file of the API keys; null if there are none
 * @param jwksFile JWKS of the keys that sign tokens; null if there are no tokens
 * @param issuer required issuer of tokens; empty for any
 * @param audience required audience of tokens; empty for any
 * @param leeway tolerated difference between an issuer's clock and ours
 * @param reloadEvery how often the files are checked for changes
 * @param rates rate limits, which can change while the node runs
 * @param cookies session cookies of browsers
 */
public record AccessSettings(
    @Nullable Path keysFile,
    @Nullable Path jwksFile,
    String issuer,
    String audience,
    Duration leeway,
    Duration reloadEvery,
    Reloadable<Rates> rates,
    Cookies cookies) {

  public AccessSettings(
      @Nullable Path keysFile,
      @Nullable Path jwksFile,
      String issuer,
      String audience,
      Duration leeway,
      Duration reloadEvery,
      Rate keyRate,
      Rate addressRate,
      Cookies cookies) {
    this(
        keysFile,
        jwksFile,
        issuer,
        audience,
        leeway,
        reloadEvery,
        Reloadable.of(new Rates(keyRate, addressRate)),
        cookies);
  }

  /**
   * Rate limits.
   *
   * @param ofKey of each credential
   * @param ofAddress of each address
   */
  public record Rates(Rate ofKey, Rate ofAddress) {}

  /** Returns the rate limit of each credential now. */
  public Rate keyRate() {
    return rates.value().ofKey();
  }

  /** Returns the rate limit of each address now. */
  public Rate addressRate() {
    return rates.value().ofAddress();
  }

  /** Rate limit: requests a second on average, and in one burst. */
  public record Rate(int perSecond, int burst) {

    public boolean isUnlimited() {
      return perSecond == 0;
    }
  }

  /** Value of the cookie attribute {@code SameSite}. */
  public enum SameSite {
    STRICT("Strict"),
    LAX("Lax"),
    /** For pages of another site; the browser keeps the cookie for that site only (partitioned). */
    NONE("None; Partitioned");

    private final String text;

    SameSite(String text) {
      this.text = text;
    }

    /** Returns the attribute's value. */
    public String text() {
      return text;
    }
  }

  /**
   * Settings of session cookies.
   *
   * @param keyFile file of the keys that seal cookies; null for no cookies
   * @param forAnybody whether a page without a credential may open a session for itself
   */
  public record Cookies(@Nullable Path keyFile, SameSite sameSite, boolean forAnybody) {

    /** No cookies. */
    public static final Cookies OFF = new Cookies(null, SameSite.STRICT, false);

    public boolean areOn() {
      return keyFile != null;
    }
  }

  /** Open mode: no credentials, no rate limits. */
  public static final AccessSettings OPEN =
      new AccessSettings(
          null,
          null,
          "",
          "",
          Duration.ofSeconds(30),
          Duration.ofSeconds(1),
          new Rate(0, 100),
          new Rate(0, 200),
          Cookies.OFF);

  /** Whether this is open mode, without credentials. */
  public boolean isOpen() {
    return keysFile == null && jwksFile == null;
  }
}
