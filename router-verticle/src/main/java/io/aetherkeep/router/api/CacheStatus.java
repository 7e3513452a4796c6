package io.aetherkeep.router.api;

import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.Source;

/** Values of the {@code Cache-Status} header (RFC 9211). */
public final class CacheStatus {

  public static final String MISS = "aetherkeep; fwd=miss";

  private CacheStatus() {}

  public static String of(Entry entry) {
    Source source = entry.source();
    return switch (source) {
      case NEAR, REDIS -> hit(entry) + "; detail=" + (source == Source.NEAR ? "near" : "redis");
      case ORIGIN -> "aetherkeep; fwd=miss; fwd-status=200; stored; detail=origin";
      case UNSTORED -> "aetherkeep; fwd=miss; fwd-status=200; detail=origin";
      case COLLAPSED -> "aetherkeep; fwd=miss; collapsed; detail=origin";
      case DIRECT -> "aetherkeep; fwd=bypass; fwd-status=200; detail=redis-unavailable";
      case STALE -> hit(entry) + "; detail=stale-while-revalidate";
      case STALE_ERROR -> hit(entry) + "; detail=stale-if-error";
      case STALE_OUTAGE -> hit(entry) + "; detail=redis-unavailable";
    };
  }

  /** Formats a hit; the negative time to live of a stale entry says how long it has been stale. */
  private static String hit(Entry entry) {
    boolean endless = entry.ttlSeconds() == -1 && !isStale(entry.source());
    return endless ? "aetherkeep; hit" : "aetherkeep; hit; ttl=" + entry.ttlSeconds();
  }

  private static boolean isStale(Source source) {
    return source == Source.STALE || source == Source.STALE_ERROR;
  }
}
