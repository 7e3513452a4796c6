package io.aetherkeep.stream.subscription.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeKey;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Secrets of a space's wakes, which all nodes share through Redis: the Ed25519 key pair that signs
 * webhooks, and the key of callback and claim tokens, which are JSON Web Tokens (RFC 7519).
 */
public final class WakeSecrets {

  private static final String ED25519 = "Ed25519";
  private static final String HMAC = "HmacSHA256";
  private static final int RAW_KEY_BYTES = 32;
  private static final long TOKEN_SECONDS = 86_400;
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String HEADER = url("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");

  private final PrivateKey signing;
  private final byte[] tokens;
  private final WakeKey published;

  private WakeSecrets(PrivateKey signing, byte[] tokens, WakeKey published) {
    this.signing = signing;
    this.tokens = tokens;
    this.published = published;
  }

  /** Form in Redis, in Base64. */
  record Stored(String signing, String published, String tokens) {
    @Override
    public String toString() {
      return "Stored[]";
    }
  }

  /** Generates secrets, in the form in which they are stored. */
  static String generated() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(ED25519).generateKeyPair();
      byte[] encoded = pair.getPublic().getEncoded();
      byte[] tokens = new byte[RAW_KEY_BYTES];
      RANDOM.nextBytes(tokens);
      byte[] raw = Arrays.copyOfRange(encoded, encoded.length - RAW_KEY_BYTES, encoded.length);
      Stored stored = new Stored(url(pair.getPrivate().getEncoded()), url(raw), url(tokens));
      return new String(RecordJson.write(stored), StandardCharsets.UTF_8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has Ed25519", e);
    }
  }

  /** Parses stored secrets. */
  static WakeSecrets of(String text) {
    try {
      Stored stored = RecordJson.read(text.getBytes(StandardCharsets.UTF_8), Stored.class);
      Base64.Decoder decoder = Base64.getUrlDecoder();
      PrivateKey signing =
          KeyFactory.getInstance(ED25519)
              .generatePrivate(new PKCS8EncodedKeySpec(decoder.decode(stored.signing)));
      return new WakeSecrets(signing, decoder.decode(stored.tokens), key(stored.published));
    } catch (GeneralSecurityException | IllegalArgumentException | Failure e) {
      throw Failure.of(Code.UNREADABLE_VALUE, "The stored keys of wakes are damaged");
    }
  }

  private static WakeKey key(String x) throws GeneralSecurityException {
    // The members of a thumbprint (RFC 7638) are in the order of their names.
    String members = "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + x + "\"}";
    byte[] thumbprint =
        MessageDigest.getInstance("SHA-256").digest(members.getBytes(StandardCharsets.UTF_8));
    return new WakeKey("OKP", ED25519, "ds_" + url(thumbprint), "sig", "EdDSA", x);
  }

  private static String url(byte[] bytes) {
    return URL.encodeToString(bytes);
  }

  private static String url(String text) {
    return url(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The public key. */
  public WakeKey published() {
    return published;
  }

  /** The header {@code Webhook-Signature} of a body. */
  public String signature(long epochSeconds, Buffer body) {
    try {
      Signature signature = Signature.getInstance(ED25519);
      signature.initSign(signing);
      signature.update((epochSeconds + ".").getBytes(StandardCharsets.UTF_8));
      signature.update(body.getBytes());
      return "t=" + epochSeconds + ",kid=" + published.kid() + ",ed25519=" + url(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has Ed25519", e);
    }
  }

  /** Claims of a token. */
  record TokenClaims(String sub, long gen, long exp) {}

  /** A token of one wake of a subscription. */
  public String token(String id, long generation, long epochSeconds) {
    TokenClaims claims = new TokenClaims(id, generation, epochSeconds + TOKEN_SECONDS);
    String text = HEADER + "." + url(RecordJson.write(claims));
    return text + "." + url(mac(text));
  }

  /**
   * The generation in a subscription's token; fails if it is forged, expired or of another
   * subscription.
   */
  public long generation(String token, String id, long epochSeconds) {
    int end = token.lastIndexOf('.');
    if (end < 0 || !token.startsWith(HEADER + ".")) {
      throw invalid();
    }
    String text = token.substring(0, end);
    byte[] expected = url(mac(text)).getBytes(StandardCharsets.UTF_8);
    byte[] sent = token.substring(end + 1).getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(expected, sent)) {
      throw invalid();
    }
    TokenClaims claims =
        RecordJson.read(
            Base64.getUrlDecoder().decode(text.substring(HEADER.length() + 1)), TokenClaims.class);
    if (!claims.sub.equals(id)) {
      throw invalid();
    }
    if (claims.exp <= epochSeconds) {
      throw Failure.of(Code.EXPIRED_CREDENTIALS, "The token of the wake has expired");
    }
    return claims.gen;
  }

  private static Failure invalid() {
    return Failure.of(Code.BAD_CREDENTIALS, "Send the token of the wake as Bearer");
  }

  private byte[] mac(String text) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(tokens, HMAC));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has HMAC-SHA256", e);
    }
  }
}
