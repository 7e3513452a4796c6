/** Stores of sessions in Redis: documents, indexes by expiry and by user, transcripts. */
@NullMarked
package io.aetherkeep.session.store;

import org.jspecify.annotations.NullMarked;
