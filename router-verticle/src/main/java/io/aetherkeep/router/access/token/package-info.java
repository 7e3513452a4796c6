/** Bearer tokens (JWT): signature keys, verification, claims as a caller. */
@NullMarked
package io.aetherkeep.router.access.token;

import org.jspecify.annotations.NullMarked;
