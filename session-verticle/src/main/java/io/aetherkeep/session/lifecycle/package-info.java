/** Life of sessions: opened, read, patched, rotated, ended, expired; lists of a user. */
@NullMarked
package io.aetherkeep.session.lifecycle;

import org.jspecify.annotations.NullMarked;
