/**
 * Documents: JSON as bytes, scanned, checked, compared and changed without a tree of objects.
 *
 * <p>More than fifteen files: the scanner and the parts of a document are used by every other class
 * here, and by no other package.
 */
@NullMarked
package io.aetherkeep.document;

import org.jspecify.annotations.NullMarked;
