package io.aetherkeep.status.store;

import io.aetherkeep.document.Document;
import org.jspecify.annotations.Nullable;

/**
 * State of a status in Redis: nothing, an attempt whose status has expired, or both.
 *
 * @param ttlMillis remaining lifetime of the status; negative if it does not expire
 */
public record Observation(@Nullable Document document, @Nullable Attempt run, long ttlMillis) {}
