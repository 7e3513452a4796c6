/** Stores of playback in Redis: playback of sessions, listeners of podcasts, streams per user. */
@NullMarked
package io.aetherkeep.session.playback;

import org.jspecify.annotations.NullMarked;
