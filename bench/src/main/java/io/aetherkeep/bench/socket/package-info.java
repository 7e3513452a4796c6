/** Comparisons of sockets and event streams: fan-out, and the memory of idle ones. */
@NullMarked
package io.aetherkeep.bench.socket;

import org.jspecify.annotations.NullMarked;
