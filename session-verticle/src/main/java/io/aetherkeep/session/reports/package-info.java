/** Playback reports: positions, leases, the limit of streams, and the effects of a change. */
@NullMarked
package io.aetherkeep.session.reports;

import org.jspecify.annotations.NullMarked;
