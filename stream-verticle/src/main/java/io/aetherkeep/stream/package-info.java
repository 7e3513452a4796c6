/**
 * Durable streams: append-only byte streams that clients resume, stop and fork.
 *
 * <p>More than fifteen files: they are one feature, of which other packages see only the verticle.
 */
@NullMarked
package io.aetherkeep.stream;

import org.jspecify.annotations.NullMarked;
