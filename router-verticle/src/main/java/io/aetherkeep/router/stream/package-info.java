/**
 * Streams over HTTP: reads, SSE, long polls, and one feed a stream for all its followers.
 *
 * <p>More than fifteen files: the feed, its cursors and their readers are apart to be small.
 */
@NullMarked
package io.aetherkeep.router.stream;

import org.jspecify.annotations.NullMarked;
