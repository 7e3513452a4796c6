/** A real redis-server as a child process, to run and test without an external Redis. */
@NullMarked
package io.aetherkeep.embedded;

import org.jspecify.annotations.NullMarked;
