/** Histories: appends, token counts, and the write-behind of appends into the document. */
@NullMarked
package io.aetherkeep.session.history;

import org.jspecify.annotations.NullMarked;
