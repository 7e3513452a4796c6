/**
 * Durable streams: append-only byte streams that are resumed, stopped and forked.
 *
 * <p>More than fifteen files: they are one feature, of which others see the verticle only.
 */
@NullMarked
package io.aetherkeep.stream;

import org.jspecify.annotations.NullMarked;
