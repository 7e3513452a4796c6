/**
 * Documents: JSON as bytes, scanned, checked, compared and changed without a tree of objects.
 *
 * <p>More than fifteen files: the scanner and the document types share internals that no other
 * package uses.
 */
@NullMarked
package io.aetherkeep.document;

import org.jspecify.annotations.NullMarked;
