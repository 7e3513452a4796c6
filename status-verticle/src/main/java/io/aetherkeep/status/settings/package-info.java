/** Settings of statuses: kinds with their steps, words that end a status. */
@NullMarked
package io.aetherkeep.status.settings;

import org.jspecify.annotations.NullMarked;
