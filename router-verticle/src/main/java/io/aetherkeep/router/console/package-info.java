/** Console: the routes of its static files. */
@NullMarked
package io.aetherkeep.router.console;

import org.jspecify.annotations.NullMarked;
