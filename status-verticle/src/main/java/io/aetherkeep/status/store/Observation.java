package io.aetherkeep.status.store;

import io.aetherkeep.document.Document;
import org.jspecify.annotations.Nullable;

/**
 * What is there of a status: nothing, a run whose status has expired, or both.
 *
 * @param ttlMillis how long the status has left; negative where it never ends
 */
public record Observation(@Nullable Document document, @Nullable Attempt run, long ttlMillis) {}
