package io.aetherkeep.status;

import io.vertx.core.Future;

/** Looks at statuses where they are kept. */
interface Sights {

  Future<Sight> look(Kind kind, String id);
}
