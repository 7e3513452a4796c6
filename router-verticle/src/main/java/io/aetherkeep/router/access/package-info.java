/** Who may do what: credentials, callers, the one place that decides, and how much of it. */
@NullMarked
package io.aetherkeep.router.access;

import org.jspecify.annotations.NullMarked;
