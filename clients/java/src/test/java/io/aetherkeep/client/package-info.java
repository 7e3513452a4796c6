/** The client against a real node. */
@NullMarked
package io.aetherkeep.client;

import org.jspecify.annotations.NullMarked;
