package io.aetherkeep.status;

import io.vertx.core.Future;

/** Looks at statuses, and where else there may be news of them. */
interface Observations {

  Future<Observation> look(StatusKind kind, String id);
}
