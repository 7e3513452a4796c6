/** Load generators, and the processes under measurement. */
@NullMarked
package io.aetherkeep.bench.load;

import org.jspecify.annotations.NullMarked;
