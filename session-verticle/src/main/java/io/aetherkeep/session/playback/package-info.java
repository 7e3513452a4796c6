/** Stores of playback in Redis: what sessions play, who listens, streams a user. */
@NullMarked
package io.aetherkeep.session.playback;

import org.jspecify.annotations.NullMarked;
