/** Console: its pages. */
@NullMarked
package io.aetherkeep.router.console;

import org.jspecify.annotations.NullMarked;
