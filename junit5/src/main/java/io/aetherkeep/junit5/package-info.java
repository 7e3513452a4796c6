/** Real nodes for the tests of services that use Aetherkeep. */
@NullMarked
package io.aetherkeep.junit5;

import org.jspecify.annotations.NullMarked;
