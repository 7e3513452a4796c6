/** A real redis-server as a child process, for running and testing without a Redis of one's own. */
@NullMarked
package io.aetherkeep.embedded;

import org.jspecify.annotations.NullMarked;
