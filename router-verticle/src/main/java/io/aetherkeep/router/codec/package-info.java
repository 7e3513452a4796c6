/** HTTP/1.1 codec: Netty handlers that decode strictly, compress, and close idle connections. */
@NullMarked
package io.aetherkeep.router.codec;

import org.jspecify.annotations.NullMarked;
