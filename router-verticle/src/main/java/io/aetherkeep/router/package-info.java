/** Router verticle: wires HTTP, WebSockets and the documents together. */
@NullMarked
package io.aetherkeep.router;

import org.jspecify.annotations.NullMarked;
