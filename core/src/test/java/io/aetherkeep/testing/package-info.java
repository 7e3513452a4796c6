/** What the tests of all modules share: a real Redis, and a client that is not ours. */
@NullMarked
package io.aetherkeep.testing;

import org.jspecify.annotations.NullMarked;
