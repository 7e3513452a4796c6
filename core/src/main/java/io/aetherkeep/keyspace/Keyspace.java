package io.aetherkeep.keyspace;

import io.aetherkeep.document.Document;
import io.aetherkeep.document.Fields;
import java.time.Duration;
import java.util.List;

/**
 * Family of keys: its pattern, layout, lifetime and owner.
 *
 * <p>A value, not a class hierarchy: keyspaces differ by data only.
 *
 * @param name what clients call it: {@code snippet-page}
 * @param dialect session layout of the spaces that have it
 * @param <V> type of its values
 */
public record Keyspace<V>(
    String name,
    KeyPattern pattern,
    Layout layout,
    Lifetime lifetime,
    Owner owner,
    Dialect dialect) {

  public Key<V> key(List<String> ids) {
    return new Key<>(this, ids, pattern.format(ids));
  }

  public Key<V> key(String... ids) {
    return key(List.of(ids));
  }

  /** Whether a key could belong to both keyspaces in one space. */
  public boolean overlaps(Keyspace<?> other) {
    return dialect.meets(other.dialect) && pattern.overlaps(other.pattern);
  }

  /** Builder of a keyspace. */
  public record Draft<V>(
      String name, KeyPattern pattern, Layout layout, Lifetime lifetime, Dialect dialect) {

    public Draft<V> expires(Duration afterWrite) {
      return lives(Lifetime.afterWrite(afterWrite));
    }

    public Draft<V> slides(Duration afterAccess) {
      return lives(Lifetime.afterAccess(afterAccess));
    }

    public Draft<V> lives(Lifetime other) {
      return new Draft<>(name, pattern, layout, other, dialect);
    }

    public Draft<V> only(Dialect other) {
      return new Draft<>(name, pattern, layout, lifetime, other);
    }

    public Keyspace<V> in(Owner owner) {
      return new Keyspace<>(name, pattern, layout, lifetime, owner, dialect);
    }
  }

  public static Draft<Document> json(String name, String pattern) {
    return draft(name, pattern, Layout.JSON);
  }

  /**
   * A keyspace of documents in one of the layouts that hold them, {@code JSON}, {@code HASH} or
   * {@code TEXT}.
   */
  public static Draft<Document> documents(String name, String pattern, Layout layout) {
    return draft(name, pattern, layout);
  }

  public static Draft<Fields> hash(String name, String pattern) {
    return draft(name, pattern, Layout.HASH);
  }

  /** A keyspace that its owner accesses by commands of its own, not through a {@link Store}. */
  public static Draft<Void> special(String name, String pattern, Layout layout) {
    return draft(name, pattern, layout);
  }

  private static <V> Draft<V> draft(String name, String pattern, Layout layout) {
    return new Draft<>(name, KeyPattern.of(pattern), layout, Lifetime.withOthers(), Dialect.ANY);
  }
}
