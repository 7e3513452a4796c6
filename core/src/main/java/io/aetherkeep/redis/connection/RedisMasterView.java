package io.aetherkeep.redis.connection;

import org.jspecify.annotations.Nullable;

/**
 * Master of a cluster as this node sees it.
 *
 * @param slots number of slots that it serves
 * @param unavailableReason why commands to it fail unsent; null if they do not
 */
public record RedisMasterView(String address, int slots, @Nullable String unavailableReason) {}
