/** Event loops: a coarse clock, and work in slices. */
@NullMarked
package io.aetherkeep.router.loop;

import org.jspecify.annotations.NullMarked;
