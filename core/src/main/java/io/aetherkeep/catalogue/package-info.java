/**
 * The catalogue: every key that the system writes, and every ask and event of its verticles.
 *
 * <p>More than fifteen files: one for each feature's asks, so that a record is found by its
 * feature's name.
 */
@NullMarked
package io.aetherkeep.catalogue;

import org.jspecify.annotations.NullMarked;
