/** Uses of API keys, and the audit of operations, in Redis. */
@NullMarked
package io.aetherkeep.health.audit;

import org.jspecify.annotations.NullMarked;
