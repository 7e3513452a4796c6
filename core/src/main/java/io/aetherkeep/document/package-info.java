/** Documents: JSON as bytes, scanned, checked, compared and changed without a tree of objects. */
@NullMarked
package io.aetherkeep.document;

import org.jspecify.annotations.NullMarked;
