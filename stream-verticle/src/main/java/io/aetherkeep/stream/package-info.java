/** Durable streams: append-only byte streams that are resumed, stopped and forked. */
@NullMarked
package io.aetherkeep.stream;

import org.jspecify.annotations.NullMarked;
