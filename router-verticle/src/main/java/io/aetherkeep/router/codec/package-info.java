/** HTTP/1.1 codec: Netty handlers that decode strictly, compress, and end what idles. */
@NullMarked
package io.aetherkeep.router.codec;

import org.jspecify.annotations.NullMarked;
