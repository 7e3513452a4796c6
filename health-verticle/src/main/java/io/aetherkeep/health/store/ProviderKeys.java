package io.aetherkeep.health.store;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Space;

/**
 * Keys of one space's providers.
 *
 * @param isCluster whether all keys of a provider must share the slot of its record
 */
record ProviderKeys(Space space, boolean isCluster) {

  String record(String id) {
    return space.prefix() + Keyspaces.PROVIDERS.key(id).text();
  }

  String window(String id) {
    return space.prefix()
        + (isCluster
            ? Keyspaces.PROVIDER_WINDOWS_BESIDE.pattern().around(record(id))
            : Keyspaces.PROVIDER_WINDOWS.key(id).text());
  }

  /** The reserved calls of a provider. */
  String calls(String id) {
    return space.prefix() + Keyspaces.PROVIDER_CALLS.pattern().around(record(id));
  }

  /** The tokens of the reserved calls. */
  String tokens(String id) {
    return space.prefix() + Keyspaces.PROVIDER_TOKENS.pattern().around(record(id));
  }

  String group(String group) {
    return space.prefix() + Keyspaces.PROVIDER_GROUPS.key(group).text();
  }

  /** The index of the statuses that end by themselves. */
  String due() {
    return space.prefix() + Keyspaces.PROVIDERS_DUE.key().text();
  }

  /** The index of the providers that are listed. */
  String known() {
    return space.prefix() + Keyspaces.PROVIDERS_KNOWN.key().text();
  }
}
