package io.aetherkeep.status.store;

import io.aetherkeep.status.settings.StatusKind;
import io.vertx.core.Future;

/** Lookup of statuses, with the other sources that may have newer ones. */
public interface Observations {

  Future<Observation> observe(StatusKind kind, String id);
}
