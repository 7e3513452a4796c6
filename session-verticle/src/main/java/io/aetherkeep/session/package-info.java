/** Sessions: opened, read, patched, ended; their history; who has which; when they are over. */
@NullMarked
package io.aetherkeep.session;

import org.jspecify.annotations.NullMarked;
