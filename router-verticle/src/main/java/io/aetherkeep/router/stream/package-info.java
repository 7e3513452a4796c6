/**
 * Streams over HTTP: reads, SSE, long polls, and one feed per stream for all its followers.
 *
 * <p>The package has more than fifteen files because the feed, its cursors and its reads are
 * separate classes.
 */
@NullMarked
package io.aetherkeep.router.stream;

import org.jspecify.annotations.NullMarked;
