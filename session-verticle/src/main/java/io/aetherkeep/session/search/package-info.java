/** Search for sessions by what they are and what they play, and the keys of one session. */
@NullMarked
package io.aetherkeep.session.search;

import org.jspecify.annotations.NullMarked;
