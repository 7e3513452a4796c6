package io.aetherkeep.health;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.util.Map;

/** What is known of the providers of each space. */
record ProviderStores(Map<String, ProviderStore> bySpace) {

  ProviderStores {
    bySpace = Map.copyOf(bySpace);
  }

  ProviderStore of(String space) {
    ProviderStore store = bySpace.get(space);
    if (store == null) {
      throw Failure.of(Code.SPACE_UNKNOWN, "No space has this name");
    }
    return store;
  }
}
