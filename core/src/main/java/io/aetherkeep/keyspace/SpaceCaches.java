package io.aetherkeep.keyspace;

import io.aetherkeep.document.Document;
import java.util.List;

/**
 * Cache keyspaces of a space, as its configuration declares them.
 *
 * @param builtIn whether the space also has the caches of the catalogue
 * @param own caches that only this space has
 */
public record SpaceCaches(boolean builtIn, List<Keyspace<Document>> own) {

  /** The default: only the caches of the catalogue. */
  public static final SpaceCaches BUILT_IN = new SpaceCaches(true, List.of());

  public SpaceCaches {
    own = List.copyOf(own);
  }
}
