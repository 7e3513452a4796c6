package io.aetherkeep.router.access.cookie;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Keys of session cookies, which all nodes share: the first one encrypts, all of them decrypt.
 *
 * <p>A sealed id is authenticated and encrypted (AES-256-GCM), and bound to its space. A CSRF token
 * is a MAC of the session (HMAC-SHA-256), so it is the same on every node and needs no storage.
 */
final class CookieKeys {

  static final CookieKeys NONE = new CookieKeys(List.of());

  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private record Pair(SecretKey seal, SecretKey token) {}

  private final List<Pair> pairs;

  private CookieKeys(List<Pair> pairs) {
    this.pairs = List.copyOf(pairs);
  }

  /** Reads a file of keys: one per line, 32 bytes in Base64; lines with # are comments. */
  static CookieKeys read(Buffer file) throws IOException {
    List<Pair> pairs = new ArrayList<>();
    for (String line : file.toString(StandardCharsets.UTF_8).split("\\R", -1)) {
      String text = line.strip();
      if (!text.isEmpty() && !text.startsWith("#")) {
        pairs.add(pair(text));
      }
    }
    if (pairs.isEmpty()) {
      throw new IOException("it contains no key: create one with openssl rand -base64 32");
    }
    return new CookieKeys(pairs);
  }

  private static Pair pair(String text) throws IOException {
    byte[] key;
    try {
      key = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IOException("a line is not Base64", e);
    }
    if (key.length != KEY_BYTES) {
      throw new IOException("a key has " + key.length + " bytes, not " + KEY_BYTES);
    }
    return new Pair(
        derived(key, "session cookie", "AES"), derived(key, "CSRF token", "HmacSHA256"));
  }

  /** Derives a key for one purpose, because no key may serve two. */
  private static SecretKey derived(byte[] key, String purpose, String algorithm) {
    return new SecretKeySpec(
        mac(new SecretKeySpec(key, "HmacSHA256"), "aetherkeep " + purpose), algorithm);
  }

  boolean isEmpty() {
    return pairs.isEmpty();
  }

  /** Seals a session's id. */
  String seal(String space, String id) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, pairs.get(0), nonce, space)
              .doFinal(id.getBytes(StandardCharsets.UTF_8));
      byte[] whole =
          ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
      return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has AES-GCM", e);
    }
  }

  /**
   * Returns the id in a sealed text, or null if none of these keys has sealed it for this space.
   */
  @Nullable String open(String space, String text) {
    byte[] whole;
    try {
      whole = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
    if (whole.length <= NONCE_BYTES + TAG_BITS / Byte.SIZE) {
      return null;
    }
    byte[] nonce = Arrays.copyOf(whole, NONCE_BYTES);
    for (Pair pair : pairs) {
      try {
        byte[] id =
            cipher(Cipher.DECRYPT_MODE, pair, nonce, space)
                .doFinal(whole, NONCE_BYTES, whole.length - NONCE_BYTES);
        return new String(id, StandardCharsets.UTF_8);
      } catch (GeneralSecurityException e) {
        // It may be encrypted with another key.
      }
    }
    return null;
  }

  private static Cipher cipher(int mode, Pair pair, byte[] nonce, String space)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, pair.seal, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(space.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  /** Returns the CSRF token of a session. */
  String token(String space, String id) {
    return token(pairs.get(0), space, id);
  }

  /** Whether a text is the CSRF token of a session. */
  boolean isToken(String space, String id, String text) {
    byte[] said = text.getBytes(StandardCharsets.UTF_8);
    return pairs.stream()
        .map(pair -> token(pair, space, id).getBytes(StandardCharsets.UTF_8))
        .anyMatch(right -> MessageDigest.isEqual(right, said));
  }

  private static String token(Pair pair, String space, String id) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(mac(pair.token, space + "/" + id));
  }

  private static byte[] mac(SecretKey key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has HMAC-SHA-256", e);
    }
  }
}
