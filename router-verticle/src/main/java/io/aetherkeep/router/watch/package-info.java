/**
 * Watched topics, latest values and logs, for sockets, SSE and long polls. The package has more
 * files than others because each kind of topic has a separate class.
 */
@NullMarked
package io.aetherkeep.router.watch;

import org.jspecify.annotations.NullMarked;
