/**
 * Topics that are watched: latest values and logs, for sockets, SSE and long polls. It has more
 * files than other packages: each kind of topic has a follower of its own.
 */
@NullMarked
package io.aetherkeep.router.watch;

import org.jspecify.annotations.NullMarked;
