package io.aetherkeep.cache;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.testing.ForeignClient;
import java.util.List;

/** Keys of every keyspace that there is, as other services would have written them. */
final class Fillings {

  private Fillings() {}

  /** A key of any keyspace, each of its variables the same id. */
  static String key(Keyspace<?> keyspace, String id) {
    List<String> variables = keyspace.pattern().variables();
    return keyspace.pattern().toString().contains("{{")
        ? keyspace.pattern().around(id)
        : keyspace.key(variables.stream().map(variable -> id).toList()).text();
  }

  /** One key a keyspace and id; all of them strings, which any service could have put there. */
  static void of(ForeignClient client, String prefix, String... ids) {
    for (Keyspace<?> keyspace : Keyspaces.ALL) {
      for (String id : ids) {
        client.send("SETEX", prefix + key(keyspace, id), "600", "{}");
      }
    }
  }
}
