package io.aetherkeep.redis.connection;

import org.jspecify.annotations.Nullable;

/**
 * A master of a cluster as a node sees it.
 *
 * @param slots how many it serves
 * @param whyAway why commands to it fail unsent; none where they are sent
 */
public record RedisMasterView(String address, int slots, @Nullable String whyAway) {}
