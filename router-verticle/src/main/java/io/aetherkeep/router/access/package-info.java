/**
 * Who may do what: credentials, callers, the one place that decides, and how much of it.
 *
 * <p>More than fifteen files: credentials, quotas and proxies are small, and one decision uses all.
 */
@NullMarked
package io.aetherkeep.router.access;

import org.jspecify.annotations.NullMarked;
