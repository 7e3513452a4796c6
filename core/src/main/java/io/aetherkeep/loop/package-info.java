/** Event loops: one instance of a verticle on each, and how long a loop was blocked. */
@NullMarked
package io.aetherkeep.loop;

import org.jspecify.annotations.NullMarked;
