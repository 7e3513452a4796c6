/** Tests of session cookies. */
@NullMarked
package io.aetherkeep.router.access.cookie;

import org.jspecify.annotations.NullMarked;
