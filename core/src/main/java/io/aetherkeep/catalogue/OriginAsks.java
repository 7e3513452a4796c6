package io.aetherkeep.catalogue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.document.Document;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks that a space's origin of cached data answers. */
public final class OriginAsks {

  private OriginAsks() {}

  /**
   * Reads the declared origin of a keyspace. For a cache and a configuration it bypasses every
   * cache; keyspaces of other verticles are cached for a few seconds. Fails with {@code
   * keyspace-unknown} if no origin is declared, and with {@code origin-unavailable} if it does not
   * answer.
   */
  public record LoadFromOrigin(String space, String keyspace, List<String> ids)
      implements Ask<Loaded> {

    public LoadFromOrigin {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(keyspace, "keyspace");
      ids = ids == null ? List.of() : List.copyOf(ids);
    }
  }

  /**
   * A value of a system of record, or no value if it has none.
   *
   * @param maxAgeSeconds freshness lifetime, if not the keyspace's; 0 if it must not be stored as
   *     fresh
   * @param staleWhileRevalidateSeconds time after that in which it may be served while it is
   *     renewed; null for the configured time
   * @param staleIfErrorSeconds time after that in which it may be served while the origin fails;
   *     null for the configured time
   */
  public record Loaded(
      @Nullable Document value,
      @Nullable Long maxAgeSeconds,
      @Nullable Long staleWhileRevalidateSeconds,
      @Nullable Long staleIfErrorSeconds) {

    /** No value. */
    public static final Loaded NOTHING = new Loaded(null, null);

    /** A value with the configured stale times. */
    public Loaded(@Nullable Document value, @Nullable Long maxAgeSeconds) {
      this(value, maxAgeSeconds, null, null);
    }

    /** The same answer with another form of its value. */
    public Loaded withValue(Document other) {
      return new Loaded(other, maxAgeSeconds, staleWhileRevalidateSeconds, staleIfErrorSeconds);
    }
  }

  /**
   * Sends an appended message to the declared origin of {@code history}. A repeated append is sent
   * again, under the same idempotency key.
   *
   * @param key the idempotency key, if there is one
   */
  public record AppendToOrigin(
      String space, String keyspace, String id, Document value, @Nullable String key)
      implements Ask<AppendedToOrigin> {
    public AppendToOrigin {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(keyspace, "keyspace");
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(value, "value");
    }
  }

  /** The system of record has stored the message. */
  public record AppendedToOrigin() {}
}
