/** Session cookies of browsers: sealing, CSRF tokens, attributes. */
@NullMarked
package io.aetherkeep.router.access.cookie;

import org.jspecify.annotations.NullMarked;
