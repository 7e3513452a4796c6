/**
 * Client of Aetherkeep's HTTP API: typed documents, typed problems, retries within a deadline.
 *
 * <p>More than fifteen files: one class of calls for each resource, and what they share.
 */
@NullMarked
package io.aetherkeep.client;

import org.jspecify.annotations.NullMarked;
