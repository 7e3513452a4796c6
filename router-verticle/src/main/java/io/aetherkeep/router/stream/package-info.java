/** Streams over HTTP: reads, SSE, long polls, and one feed a stream for all its followers. */
@NullMarked
package io.aetherkeep.router.stream;

import org.jspecify.annotations.NullMarked;
