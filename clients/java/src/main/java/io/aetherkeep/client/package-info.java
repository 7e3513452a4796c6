/** Client of Aetherkeep's HTTP API: typed documents, typed problems, retries within a deadline. */
@NullMarked
package io.aetherkeep.client;

import org.jspecify.annotations.NullMarked;
