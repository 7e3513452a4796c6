package io.aetherkeep.router.access;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.access.identity.ApiKey;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Credentials;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** API keys of the key file, by id. */
final class ApiKeys {

  /** Key and its caller, created once. */
  private record Known(ApiKey key, Caller caller) {}

  static final ApiKeys NONE = new ApiKeys(Map.of());

  /** Digest to compare with if the id is unknown, so that timing does not reveal known ids. */
  private static final byte[] DUMMY_HASH = new byte[32];

  private final Map<String, Known> byId;

  private ApiKeys(Map<String, Known> byId) {
    this.byId = byId;
  }

  static ApiKeys of(KeyFile file) {
    Map<String, Known> byId = new HashMap<>();
    file.keys().forEach(key -> byId.put(key.id(), new Known(key, key.caller())));
    return new ApiKeys(byId);
  }

  /** Returns the caller of a key. */
  Caller identify(String key, Instant now) {
    String id = ApiKey.idIn(key);
    Known known = id == null ? null : byId.get(id);
    byte[] hash = known == null ? DUMMY_HASH : known.key.hash();
    return admitted(known, MessageDigest.isEqual(ApiKey.digest(key), hash), now);
  }

  /** Returns why the key of a caller no longer permits what it did, or null. */
  @Nullable Failure end(Caller caller, Instant now) {
    Known known = byId.get(caller.key());
    if (known == null || isReplaced(known.caller, caller)) {
      return Credentials.bad();
    }
    if (known.caller.isExpiredAt(now)) {
      return Credentials.expired();
    }
    return known.caller.covers(caller) ? null : Credentials.narrowed();
  }

  /** Whether a key has another secret now; a ticket of an older node does not name the digest. */
  private static boolean isReplaced(Caller now, Caller before) {
    return before.digest() != null && !before.digest().equals(now.digest());
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
