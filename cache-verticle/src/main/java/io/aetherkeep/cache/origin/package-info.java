/** Origins: HTTP services, PostgreSQL and verticles that entries are loaded from. */
@NullMarked
package io.aetherkeep.cache.origin;

import org.jspecify.annotations.NullMarked;
