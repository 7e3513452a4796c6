package io.aetherkeep.router.access.token;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;

/** Identity provider for tests, which signs tokens with its own key. */
public final class Issuer {

  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  private final String algorithm;
  private final JsonObject published;
  private final JWTAuth signer;

  private Issuer(Vertx vertx, String algorithm, JsonObject published, JWTAuthOptions signing) {
    this.algorithm = algorithm;
    this.published = published;
    this.signer = JWTAuth.create(vertx, signing);
  }

  public static Issuer hs256(Vertx vertx, String kid) {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    JsonObject key = jwk("oct", kid, "HS256").put("k", URL.encodeToString(secret));
    return new Issuer(vertx, "HS256", key, new JWTAuthOptions().addJwk(key));
  }

  public static Issuer rs256(Vertx vertx, String kid, int bits) throws Exception {
    KeyPairGenerator pairs = KeyPairGenerator.getInstance("RSA");
    pairs.initialize(bits);
    KeyPair pair = pairs.generateKeyPair();
    RSAPublicKey key = (RSAPublicKey) pair.getPublic();
    JsonObject published =
        jwk("RSA", kid, "RS256")
            .put("n", number(key.getModulus(), 0))
            .put("e", number(key.getPublicExponent(), 0));
    return new Issuer(vertx, "RS256", published, signing(pair, "RS256", kid));
  }

  public static Issuer es256(Vertx vertx, String kid) throws Exception {
    KeyPairGenerator pairs = KeyPairGenerator.getInstance("EC");
    pairs.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = pairs.generateKeyPair();
    ECPublicKey key = (ECPublicKey) pair.getPublic();
    JsonObject published =
        jwk("EC", kid, "ES256")
            .put("crv", "P-256")
            .put("x", number(key.getW().getAffineX(), 32))
            .put("y", number(key.getW().getAffineY(), 32));
    return new Issuer(vertx, "ES256", published, signing(pair, "ES256", kid));
  }

  private static JsonObject jwk(String type, String kid, String algorithm) {
    return new JsonObject().put("kty", type).put("kid", kid).put("alg", algorithm);
  }

  private static JWTAuthOptions signing(KeyPair pair, String algorithm, String kid) {
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n";
    return new JWTAuthOptions()
        .addPubSecKey(
            new io.vertx.ext.auth.PubSecKeyOptions()
                .setAlgorithm(algorithm)
                .setId(kid)
                .setBuffer(pem));
  }

  private static String number(BigInteger value, int length) {
    byte[] bytes = value.toByteArray();
    byte[] exact = new byte[length == 0 ? (value.bitLength() + 7) / 8 : length];
    int taken = Math.min(bytes.length, exact.length);
    System.arraycopy(bytes, bytes.length - taken, exact, exact.length - taken, taken);
    return URL.encodeToString(exact);
  }

  JsonObject published() {
    return published;
  }

  /** Writes the issuers' keys to a file. */
  public static void publish(Path file, Issuer... issuers) {
    JsonArray keys = new JsonArray();
    for (Issuer issuer : issuers) {
      keys.add(issuer.published);
    }
    try {
      Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), "jwks", ".new");
      Files.writeString(fresh, new JsonObject().put("keys", keys).encode());
      Files.move(fresh, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A token with any header, signed with HS256, which expires in ten minutes. */
  String signed(String header, String claims) throws java.security.GeneralSecurityException {
    String payload = "{%s,\"exp\":%d}".formatted(claims, Instant.now().getEpochSecond() + 600);
    String content =
        URL.encodeToString(header.getBytes(java.nio.charset.StandardCharsets.UTF_8))
            + "."
            + URL.encodeToString(payload.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
    mac.init(
        new javax.crypto.spec.SecretKeySpec(
            Base64.getUrlDecoder().decode(published.getString("k")), "HmacSHA256"));
    byte[] signature = mac.doFinal(content.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    return content + "." + URL.encodeToString(signature);
  }

  /** A token with these claims, and a default expiry. */
  public String token(String claims) {
    JsonObject payload = new JsonObject(claims);
    if (!payload.containsKey("exp")) {
      payload.put("exp", Instant.now().getEpochSecond() + 600);
    }
    return signer.generateToken(payload, new JWTOptions().setAlgorithm(algorithm));
  }
}
