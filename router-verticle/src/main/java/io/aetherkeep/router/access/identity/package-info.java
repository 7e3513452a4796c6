/** Who calls and what they may: keys, callers, scopes, quotas, the need of a route. */
@NullMarked
package io.aetherkeep.router.access.identity;

import org.jspecify.annotations.NullMarked;
