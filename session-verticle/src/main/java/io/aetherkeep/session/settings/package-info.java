/** Settings of sessions and playback. */
@NullMarked
package io.aetherkeep.session.settings;

import org.jspecify.annotations.NullMarked;
