package io.aetherkeep.cache.entries;

import io.aetherkeep.cache.loading.ReadThrough;
import io.aetherkeep.cache.near.CacheCounts;
import io.aetherkeep.cache.near.NearCache;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.HashDocument;
import io.aetherkeep.document.Offload;
import io.aetherkeep.document.TextDocument;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Layout;
import io.aetherkeep.keyspace.Store;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One cache keyspace of one space: its store, its loading from an origin, and its counters.
 *
 * @param labelOutlives how long the tags of an expired entry are kept
 */
public record Cache(
    CacheSpace space,
    Keyspace<Document> keyspace,
    Store<Document> store,
    CacheCounts counts,
    @Nullable ReadThrough loading,
    Duration labelOutlives) {

  /**
   * Returns a value as it will be read back; fails if it is too large, or the keyspace's layout
   * cannot store it.
   */
  Future<Document> storable(Document value) {
    if (keyspace.layout() == Layout.TEXT) {
      return Offload.run(value.length(), () -> storableText(value));
    }
    Limits.checkValue(value, space.definition());
    return keyspace.layout() == Layout.HASH
        ? Offload.run(value.length(), () -> HashDocument.checked(value))
        : Future.succeededFuture(value);
  }

  /** Applies the limit to the stored text, which is shorter than its JSON string. */
  private Document storableText(Document value) {
    Document text = TextDocument.checked(value);
    Limits.checkSize(TextDocument.bytes(text).length(), space.definition());
    return text;
  }

  public NearCache near() {
    return space.near();
  }

  public Key<Document> key(List<String> ids) {
    return keyspace.key(ids);
  }

  /**
   * The key of an id as batch requests write it: {@code a}, {@code a:b} for two variables, or empty
   * for none.
   */
  public Key<Document> keyOf(String id) {
    int variables = keyspace.pattern().variables().size();
    if (variables == 0 && id.isEmpty()) {
      return key(List.of());
    }
    return key(variables == 1 ? List.of(id) : List.of(id.split(":", -1)));
  }
}
