/** Statuses: what is being generated, how far it is, and who wants to know. */
@NullMarked
package io.aetherkeep.status;

import org.jspecify.annotations.NullMarked;
