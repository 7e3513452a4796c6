/** Values of settings that can change while a node runs. */
@NullMarked
package io.aetherkeep.settings;

import org.jspecify.annotations.NullMarked;
