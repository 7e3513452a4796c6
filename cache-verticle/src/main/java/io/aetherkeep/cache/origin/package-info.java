/** Origins: HTTP services, PostgreSQL and verticles from which entries are loaded. */
@NullMarked
package io.aetherkeep.cache.origin;

import org.jspecify.annotations.NullMarked;
