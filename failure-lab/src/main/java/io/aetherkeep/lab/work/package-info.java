/** Work of clients: each kind records what the server confirmed and checks what was lost. */
@NullMarked
package io.aetherkeep.lab.work;

import org.jspecify.annotations.NullMarked;
