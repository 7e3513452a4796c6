/**
 * Stores of sessions in Redis: documents, indexes by expiry and by user, transcripts.
 *
 * <p>More than fifteen files: each of the five stores is an interface and its Redis form.
 */
@NullMarked
package io.aetherkeep.session.store;

import org.jspecify.annotations.NullMarked;
