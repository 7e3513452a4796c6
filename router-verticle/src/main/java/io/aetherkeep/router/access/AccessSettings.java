package io.aetherkeep.router.access;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who is let in, and how often.
 *
 * @param keysFile the API keys; none where there are no such
 * @param jwksFile the keys that tokens are signed with; none where there are no tokens
 * @param issuer who must have issued a token; empty for anybody
 * @param audience whom a token must be meant for; empty for anybody
 * @param leeway by how much the clocks of issuers may differ from ours
 * @param reloadEvery how often it is looked whether a file has changed
 * @param keyRate how often each credential may ask
 * @param addressRate how often each address may
 */
public record AccessSettings(
    @Nullable Path keysFile,
    @Nullable Path jwksFile,
    String issuer,
    String audience,
    Duration leeway,
    Duration reloadEvery,
    Rate keyRate,
    Rate addressRate) {

  /** How often one may ask: so many a second in the long run, and so many at once. */
  public record Rate(int perSecond, int burst) {

    public boolean isUnlimited() {
      return perSecond == 0;
    }
  }

  /** No credentials, no limits. */
  public static final AccessSettings OPEN =
      new AccessSettings(
          null,
          null,
          "",
          "",
          Duration.ofSeconds(30),
          Duration.ofSeconds(1),
          new Rate(0, 100),
          new Rate(0, 200));

  /** Whether nobody is asked who they are. */
  public boolean isOpen() {
    return keysFile == null && jwksFile == null;
  }
}
