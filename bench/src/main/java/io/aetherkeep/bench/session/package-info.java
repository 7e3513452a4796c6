/** Measurement of many sessions: of one user, and of all users. */
@NullMarked
package io.aetherkeep.bench.session;

import org.jspecify.annotations.NullMarked;
