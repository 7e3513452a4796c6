package io.aetherkeep.router.access.cookie;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class CookieKeysTest {

  private static final String FIRST = key(1);
  private static final String SECOND = key(2);

  private static String key(int value) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) value);
    return Base64.getEncoder().encodeToString(key);
  }

  private static CookieKeys keys(String... lines) throws IOException {
    return CookieKeys.read(Buffer.buffer(String.join("\n", lines) + "\n"));
  }

  @Test
  void aSealedId_isOpenedByEveryNodeWithTheKey() throws Exception {
    String sealed = keys(FIRST).seal("council", "conv-1 \u00e9");
    assertEquals("conv-1 \u00e9", keys("# old ones below", FIRST).open("council", sealed));
    assertFalse(sealed.contains("conv"));
  }

  @Test
  void noTwoCookies_areTheSame() throws Exception {
    CookieKeys keys = keys(FIRST);
    assertNotEquals(keys.seal("council", "s1"), keys.seal("council", "s1"));
  }

  @Test
  void anotherSpace_doesNotOpenIt() throws Exception {
    CookieKeys keys = keys(FIRST);
    assertNull(keys.open("content", keys.seal("council", "s1")));
  }

  @Test
  void aReplacedKey_opensWhileItIsListed() throws Exception {
    String sealed = keys(FIRST).seal("council", "s1");
    String token = keys(FIRST).token("council", "s1");
    assertEquals("s1", keys(SECOND, FIRST).open("council", sealed));
    assertTrue(keys(SECOND, FIRST).isToken("council", "s1", token));
    assertNull(keys(SECOND).open("council", sealed));
    assertFalse(keys(SECOND).isToken("council", "s1", token));
  }

  @Test
  void everyChangedCharacter_isNoticed() throws Exception {
    CookieKeys keys = keys(FIRST);
    String sealed = keys.seal("council", "s1");
    for (int i = 0; i < sealed.length() - 1; i++) {
      char other = sealed.charAt(i) == 'A' ? 'B' : 'A';
      assertNull(
          keys.open("council", sealed.substring(0, i) + other + sealed.substring(i + 1)), "" + i);
    }
    for (String wrong : new String[] {"", "A", "!", sealed + "AAAA", sealed.substring(4), "%41"}) {
      assertNull(keys.open("council", wrong), wrong);
    }
  }

  @Test
  void aToken_isOfOneSessionInOneSpace() throws Exception {
    CookieKeys keys = keys(FIRST);
    String token = keys.token("council", "s1");
    assertTrue(keys.isToken("council", "s1", token));
    assertFalse(keys.isToken("council", "s2", token));
    assertFalse(keys.isToken("content", "s1", token));
    assertFalse(keys.isToken("council", "s1", ""));
  }

  @Test
  void aFileThatCannotBeUsed_saysWhy() {
    assertEquals(
        "it contains no key: create one with openssl rand -base64 32",
        assertThrows(IOException.class, () -> keys("# nothing")).getMessage());
    assertEquals(
        "a key has 3 bytes, not 32",
        assertThrows(IOException.class, () -> keys("AAAA")).getMessage());
    assertEquals(
        "a line is not Base64", assertThrows(IOException.class, () -> keys("?")).getMessage());
  }
}
