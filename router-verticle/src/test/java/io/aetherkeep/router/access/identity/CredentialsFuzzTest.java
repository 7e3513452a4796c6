package io.aetherkeep.router.access.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.router.access.KeyFile;
import io.aetherkeep.router.access.token.TokenKeys;
import io.aetherkeep.testing.Fuzzing;
import org.junit.jupiter.api.Test;

/** Random near misses of credential files: each is read, or refused with a message. */
class CredentialsFuzzTest {

  @Test
  void keyFile_isReadOrRefused() {
    Fuzzing.from(CredentialsFuzzTest.class, "keys.json")
        .feed(
            bytes -> {
              try {
                KeyFile.read(bytes).keys().forEach(key -> assertEquals(64, key.sha256().length()));
              } catch (Failure refused) {
                assertEquals(Kind.INVALID, refused.kind());
              }
            });
  }

  @Test
  void keySet_hasAKeyOrIsRefused() {
    Fuzzing.from(CredentialsFuzzTest.class, "jwks.json", "jwks-public.json")
        .feed(
            bytes -> {
              try {
                assertFalse(TokenKeys.read(bytes).jwks().isEmpty());
              } catch (IllegalArgumentException refused) {
                assertFalse(String.valueOf(refused.getMessage()).isBlank());
              }
            });
  }
}
