package io.aetherkeep.router.access.identity;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Stored API key: its metadata and a digest, without the secret.
 *
 * @param id also part of the key, for the lookup
 * @param sha256 digest of the whole key, in hexadecimal; 256 random bits need no slower digest
 * @param expires when the key expires; null for never
 */
public record ApiKey(
    String id,
    String name,
    String sha256,
    List<String> spaces,
    List<String> scopes,
    String created,
    @Nullable String expires) {

  /** Prefix of every key, so that scanners recognise a leaked one. */
  public static final String PREFIX = "aek_";

  private static final int ID_BYTES = 5;
  private static final int SECRET_BYTES = 32;

  /** Length of the part of a digest that tells two secrets of one key apart. */
  private static final int DIGEST_CHARACTERS = 16;

  public ApiKey {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(sha256, "sha256");
    spaces = List.copyOf(Objects.requireNonNull(spaces, "spaces"));
    scopes = List.copyOf(Objects.requireNonNull(scopes, "scopes"));
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw Failure.of(
          Code.INVALID_BODY, "'sha256' must be a SHA-256 digest in hexadecimal digits");
    }
    try {
      if (expires != null) {
        Instant.parse(expires);
      }
    } catch (DateTimeParseException e) {
      throw Failure.of(Code.INVALID_BODY, "'expires' must be a time such as 2027-01-31T00:00:00Z");
    }
  }

  /** New key, with the full key, which is shown once and not stored. */
  public record Fresh(ApiKey stored, String key) {}

  /** Creates a key. */
  public static Fresh make(
      String name,
      List<String> spaces,
      List<Scope> scopes,
      Instant now,
      @Nullable Instant expires) {
    SecureRandom random = new SecureRandom();
    byte[] id = new byte[ID_BYTES];
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(id);
    random.nextBytes(secret);
    String named = HexFormat.of().formatHex(id);
    String key =
        PREFIX + named + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    ApiKey stored =
        new ApiKey(
            named,
            name,
            HexFormat.of().formatHex(digest(key)),
            spaces,
            scopes.stream().map(Scope::text).toList(),
            now.toString(),
            expires == null ? null : expires.toString());
    return new Fresh(stored, key);
  }

  /** Returns the id in a key, or null if the text is not a key. */
  static @Nullable public String idIn(String key) {
    int end = key.indexOf('_', PREFIX.length());
    return key.startsWith(PREFIX) && end > 0 ? key.substring(PREFIX.length(), end) : null;
  }

  public static byte[] digest(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  public byte[] hash() {
    return HexFormat.of().parseHex(sha256);
  }

  public Caller caller() {
    Set<Scope> known =
        scopes.stream().map(Scope::of).filter(Objects::nonNull).collect(Collectors.toSet());
    return new Caller(
        "key " + id,
        Set.copyOf(spaces),
        known,
        null,
        id,
        expires == null ? null : Instant.parse(expires),
        name == null || name.isBlank() ? "key " + id : name,
        sha256.substring(0, DIGEST_CHARACTERS));
  }
}
