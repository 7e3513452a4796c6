/** Watched topics, latest values and logs, for sockets, SSE and long polls. */
@NullMarked
package io.aetherkeep.router.watch;

import org.jspecify.annotations.NullMarked;
