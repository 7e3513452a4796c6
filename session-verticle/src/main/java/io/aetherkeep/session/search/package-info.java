/** Search for sessions by user, playback, podcast and age; listing of one session's keys. */
@NullMarked
package io.aetherkeep.session.search;

import org.jspecify.annotations.NullMarked;
