/**
 * The bus: typed asks and events between verticles.
 *
 * <p>More than fifteen files: all but the bus, asks, events and failures are hidden in here.
 */
@NullMarked
package io.aetherkeep.bus;

import org.jspecify.annotations.NullMarked;
