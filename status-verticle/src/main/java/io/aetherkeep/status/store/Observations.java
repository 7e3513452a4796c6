package io.aetherkeep.status.store;

import io.aetherkeep.status.settings.StatusKind;
import io.vertx.core.Future;

/** Looks at statuses, and where else there may be news of them. */
public interface Observations {

  Future<Observation> look(StatusKind kind, String id);
}
