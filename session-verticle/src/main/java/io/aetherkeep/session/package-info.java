/** Sessions: lifecycle, histories, playback, tickets and stores. */
@NullMarked
package io.aetherkeep.session;

import org.jspecify.annotations.NullMarked;
