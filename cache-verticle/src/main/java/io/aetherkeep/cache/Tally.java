package io.aetherkeep.cache;

import io.vertx.core.Future;
import java.util.List;

/** What an invalidation has come to so far; others may look at it meanwhile. */
final class Tally {

  private final Room room;
  private final boolean dryRun;
  private volatile long matched;
  private volatile long removed;

  Tally(Room room, boolean dryRun) {
    this.room = room;
    this.dryRun = dryRun;
  }

  Future<Tally> take(List<String> batch) {
    if (batch.isEmpty()) {
      return Future.succeededFuture(this);
    }
    Future<Long> there = dryRun ? room.keys().count(batch) : remove(batch);
    return there.map(this::add);
  }

  private Future<Long> remove(List<String> batch) {
    return room.keys().remove(batch).onComplete(done -> batch.forEach(room.near()::drop));
  }

  private synchronized Tally add(long number) {
    matched += number;
    removed += dryRun ? 0 : number;
    return this;
  }

  long matched() {
    return matched;
  }

  long removed() {
    return removed;
  }
}
