/** The catalogue: every key the system writes, and every question its verticles answer. */
@NullMarked
package io.aetherkeep.catalogue;

import org.jspecify.annotations.NullMarked;
