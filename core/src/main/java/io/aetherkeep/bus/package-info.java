/**
 * The bus: typed asks and events between verticles.
 *
 * <p>More than fifteen files: codecs, addresses and deadlines are package-private parts of the bus.
 */
@NullMarked
package io.aetherkeep.bus;

import org.jspecify.annotations.NullMarked;
