package io.aetherkeep.router.access;

import io.aetherkeep.bus.Failure;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Valid API keys, by id. */
final class ApiKeys {

  /** A key with its caller made ready. */
  private record Known(ApiKey key, Caller caller) {}

  static final ApiKeys NONE = new ApiKeys(Map.of());

  /** What a key is compared with whose id nobody has, so that this takes as long. */
  private static final byte[] NOBODYS = new byte[32];

  private final Map<String, Known> byId;

  private ApiKeys(Map<String, Known> byId) {
    this.byId = byId;
  }

  static ApiKeys of(KeyFile file) {
    Map<String, Known> byId = new HashMap<>();
    file.keys().forEach(key -> byId.put(key.id(), new Known(key, key.caller())));
    return new ApiKeys(byId);
  }

  /** Whose key it is. */
  Caller identify(String key, Instant now) {
    String id = ApiKey.idIn(key);
    Known known = id == null ? null : byId.get(id);
    byte[] hash = known == null ? NOBODYS : known.key.hash();
    return admitted(known, MessageDigest.isEqual(ApiKey.digest(key), hash), now);
  }

  /** Why a key is good no longer that was good; nothing where it still is. */
  @Nullable Failure end(String id, Instant now) {
    Known known = byId.get(id);
    if (known == null) {
      return Credentials.bad();
    }
    return known.caller.isExpiredAt(now) ? Credentials.expired() : null;
  }

  private static Caller admitted(@Nullable Known known, boolean equal, Instant now) {
    if (known == null || !equal) {
      throw Credentials.bad();
    }
    if (known.caller.isExpiredAt(now)) {
      throw Credentials.expired();
    }
    return known.caller;
  }
}
