/**
 * Access control: credentials, callers, authorization, rate limits.
 *
 * <p>More than fifteen files: credentials, quotas and proxies are small, and one decision uses all.
 */
@NullMarked
package io.aetherkeep.router.access;

import org.jspecify.annotations.NullMarked;
