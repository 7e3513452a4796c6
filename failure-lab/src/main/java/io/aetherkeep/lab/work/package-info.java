/** Work of clients, each kind of which remembers what it was promised and says what was lost. */
@NullMarked
package io.aetherkeep.lab.work;

import org.jspecify.annotations.NullMarked;
