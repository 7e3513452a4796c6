/** The measured comparisons: what is claimed, beside the plainest thing that does the same. */
@NullMarked
package io.aetherkeep.bench;

import org.jspecify.annotations.NullMarked;
