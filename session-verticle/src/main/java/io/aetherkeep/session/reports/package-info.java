/** Playback reports: positions, leases, the limit of streams, and what follows from a change. */
@NullMarked
package io.aetherkeep.session.reports;

import org.jspecify.annotations.NullMarked;
