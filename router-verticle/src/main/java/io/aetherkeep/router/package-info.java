/** The HTTP door: routes, problems, documents; everything else is asked of its owner. */
@NullMarked
package io.aetherkeep.router;

import org.jspecify.annotations.NullMarked;
