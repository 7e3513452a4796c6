/** Settings of the router, its listeners and its sockets. */
@NullMarked
package io.aetherkeep.router.settings;

import org.jspecify.annotations.NullMarked;
