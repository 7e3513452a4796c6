/** Credentials and callers: API keys, scopes, rate limiters, the permission that a route needs. */
@NullMarked
package io.aetherkeep.router.access.identity;

import org.jspecify.annotations.NullMarked;
