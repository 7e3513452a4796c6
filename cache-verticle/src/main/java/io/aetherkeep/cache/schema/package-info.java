/** JSON Schemas that configurations are checked against. */
@NullMarked
package io.aetherkeep.cache.schema;

import org.jspecify.annotations.NullMarked;
