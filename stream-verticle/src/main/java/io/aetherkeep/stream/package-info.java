/** Durable streams: append-only byte streams that clients resume, stop and fork. */
@NullMarked
package io.aetherkeep.stream;

import org.jspecify.annotations.NullMarked;
