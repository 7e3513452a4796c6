/** Access control: API keys, authorization, rate limits, allowed origins, trusted proxies. */
@NullMarked
package io.aetherkeep.router.access;

import org.jspecify.annotations.NullMarked;
