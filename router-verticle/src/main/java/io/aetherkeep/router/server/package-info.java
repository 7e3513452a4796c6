/** HTTP servers: listeners, TLS, admission control, connection limits, CORS, the access log. */
@NullMarked
package io.aetherkeep.router.server;

import org.jspecify.annotations.NullMarked;
