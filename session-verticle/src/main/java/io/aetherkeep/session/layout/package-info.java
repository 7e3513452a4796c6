/** Layouts of session documents: JSON text and hash, with each system's names of fields. */
@NullMarked
package io.aetherkeep.session.layout;

import org.jspecify.annotations.NullMarked;
