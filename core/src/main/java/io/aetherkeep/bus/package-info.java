/** The bus: typed asks and events between verticles. */
@NullMarked
package io.aetherkeep.bus;

import org.jspecify.annotations.NullMarked;
