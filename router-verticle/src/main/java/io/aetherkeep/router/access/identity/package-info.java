/** Authentication and authorization: keys, callers, scopes, quotas, the permission of a route. */
@NullMarked
package io.aetherkeep.router.access.identity;

import org.jspecify.annotations.NullMarked;
