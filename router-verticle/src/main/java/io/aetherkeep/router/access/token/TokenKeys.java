package io.aetherkeep.router.access.token;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Verification keys of a JWKS file.
 *
 * <p>Each key is bound to one algorithm, independent of a token's header, so that a public key is
 * never used as an HMAC secret.
 */
public record TokenKeys(List<JsonObject> jwks) {

  private static final int LEAST_SECRET_BYTES = 32;
  private static final int LEAST_RSA_BITS = 2048;

  public TokenKeys {
    jwks = List.copyOf(jwks);
  }

  /**
   * Parses a file; ignores keys for other uses and algorithms.
   *
   * @throws IllegalArgumentException whose message explains the problem and contains no key
   */
  public static TokenKeys read(byte[] json) {
    List<JsonObject> usable = new ArrayList<>();
    try {
      for (Object jwk : new JsonObject(Buffer.buffer(json)).getJsonArray("keys")) {
        JsonObject key = usable((JsonObject) jwk);
        if (key != null) {
          usable.add(key);
        }
      }
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("it is not a JWKS: {\"keys\": [...]}", e);
    }
    if (usable.isEmpty()) {
      // Without keys Vert.x would accept any token, signed or not.
      throw new IllegalArgumentException("it holds no key for HS256, RS256 or ES256");
    }
    return new TokenKeys(usable);
  }

  private static @Nullable JsonObject usable(JsonObject jwk) {
    if (!"sig".equals(jwk.getString("use", "sig"))) {
      return null;
    }
    return switch (jwk.getString("kty")) {
      case "oct" -> only(jwk, "HS256", secret(jwk), "k");
      case "RSA" -> only(jwk, "RS256", modulus(jwk), "n", "e");
      case "EC" -> only(jwk, "ES256", "P-256".equals(jwk.getString("crv")), "crv", "x", "y");
      default -> null;
    };
  }

  /**
   * Returns a key with only the fields that verification needs, so without a private key; null if
   * the key is not usable.
   */
  private static @Nullable JsonObject only(
      JsonObject jwk, String algorithm, boolean strong, String... fields) {
    if (!strong || !algorithm.equals(jwk.getString("alg", algorithm))) {
      return null;
    }
    JsonObject key = new JsonObject().put("kty", jwk.getString("kty")).put("alg", algorithm);
    if (jwk.containsKey("kid")) {
      key.put("kid", jwk.getString("kid"));
    }
    for (String field : fields) {
      key.put(field, jwk.getString(field));
    }
    return key;
  }

  private static boolean secret(JsonObject jwk) {
    if (Base64.getUrlDecoder().decode(jwk.getString("k")).length < LEAST_SECRET_BYTES) {
      throw new IllegalArgumentException("a secret for HS256 must have at least 256 bits");
    }
    return true;
  }

  private static boolean modulus(JsonObject jwk) {
    byte[] modulus = Base64.getUrlDecoder().decode(jwk.getString("n"));
    if (new BigInteger(1, modulus).bitLength() < LEAST_RSA_BITS) {
      throw new IllegalArgumentException("a key for RS256 must have at least 2048 bits");
    }
    return true;
  }
}
