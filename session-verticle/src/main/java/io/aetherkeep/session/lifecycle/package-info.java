/** Lifecycle of sessions: opening, reading, patching, rotation, end and expiry; lists by user. */
@NullMarked
package io.aetherkeep.session.lifecycle;

import org.jspecify.annotations.NullMarked;
