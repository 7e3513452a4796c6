/**
 * The measured comparisons: what is claimed, beside the plainest thing that does the same.
 *
 * <p>More than fifteen files: one or two a comparison, which share the load and the servers.
 */
@NullMarked
package io.aetherkeep.bench;

import org.jspecify.annotations.NullMarked;
