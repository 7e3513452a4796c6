package io.aetherkeep.cache;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.testing.ForeignClient;
import java.util.List;

/** Writer of keys of every keyspace, as of other services. */
final class Fillings {

  private Fillings() {}

  /** A key of a keyspace, with the same id for each variable. */
  static String key(Keyspace<?> keyspace, String id) {
    List<String> variables = keyspace.pattern().variables();
    return keyspace.pattern().toString().contains("{{")
        ? keyspace.pattern().around(id)
        : keyspace.key(variables.stream().map(variable -> id).toList()).text();
  }

  /** Writes one key for each keyspace and id, all of them strings. */
  static void of(ForeignClient client, String prefix, String... ids) {
    for (Keyspace<?> keyspace : Keyspaces.ALL) {
      for (String id : ids) {
        client.send("SETEX", prefix + key(keyspace, id), "600", "{}");
      }
    }
  }
}
