package io.aetherkeep.router.server;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Load shedder for one event loop: when turns of the loop take too long, it limits how many
 * requests a turn begins.
 *
 * <p>Usually there is no limit. When all turns of a period were too long, the shedder sets one and
 * adapts it by additive increase and multiplicative decrease: a little up after each short turn,
 * far down after each long one, because work begun in one turn ends in later ones. It lifts the
 * limit after a second without a refusal.
 */
public final class LoadShedder {

  /** Long turns are tolerated for this time. */
  private static final long TOLERATED_NANOS = Duration.ofMillis(100).toNanos();

  /** Number of long turns that are tolerated: a pause of the process makes one or two. */
  private static final int TOLERATED_TURNS = 5;

  /** With fewer requests, a long turn has another cause, such as code that is not compiled yet. */
  private static final int MANY = 64;

  /** The limit never falls below this. */
  private static final int FEW = 10;

  private static final long CALM_NANOS = Duration.ofSeconds(1).toNanos();

  private final Executor thisTurn;
  private final Executor nextTurn;
  private final LongSupplier nanos;
  private final long longestNanos;

  /** Limit of a short turn, far below the longest wait, because a request takes several turns. */
  private final long shortNanos;

  private boolean turning;
  private long turnBegan;
  private int begun;
  private boolean refused;

  private long longSince;
  private int longTurns;

  private boolean full;
  private int most;
  private long refusedAt;

  /**
   * Creates the load shedder of an event loop.
   *
   * @param longest how long a request may wait to begin
   * @param thisTurn runs a task at the end of the present turn
   * @param nextTurn runs a task at the end of the next turn
   */
  LoadShedder(Duration longest, Executor thisTurn, Executor nextTurn, LongSupplier nanos) {
    this.longestNanos = longest.toNanos();
    this.shortNanos = longest.toNanos() / 16;
    this.thisTurn = thisTurn;
    this.nextTurn = nextTurn;
    this.nanos = nanos;
  }

  /** Creates the load shedder of the event loop that a context runs on. */
  public static LoadShedder of(Context context, Duration longest) {
    EventLoop loop = ((ContextInternal) context).nettyEventLoop();
    return new LoadShedder(
        longest,
        loop,
        task -> {
          var unused = loop.schedule(task, 1, TimeUnit.NANOSECONDS);
        },
        System::nanoTime);
  }

  /** Returns whether this turn may begin another request, and counts it if so. */
  boolean hasTime() {
    if (!turning) {
      beginTurn(nanos.getAsLong(), thisTurn);
    }
    if (full && begun >= most) {
      refused = true;
      return false;
    }
    begun++;
    return true;
  }

  private void beginTurn(long now, Executor end) {
    turning = true;
    turnBegan = now;
    begun = 0;
    refused = false;
    end.execute(this::endTurn);
  }

  private void endTurn() {
    long now = nanos.getAsLong();
    long took = Math.max(1, now - turnBegan);
    turning = false;
    if (full) {
      adjust(now, took);
    } else {
      watch(now, took);
    }
    if (full || took > shortNanos) {
      // Begin the next turn at once: it is measured as a whole, not only from its first request.
      beginTurn(now, nextTurn);
    }
  }

  private void watch(long now, long took) {
    if (took < longestNanos || begun < MANY) {
      longTurns = 0;
    } else if (longTurns++ == 0) {
      longSince = now;
    }
    if (longTurns >= TOLERATED_TURNS && now - longSince > TOLERATED_NANOS) {
      full = true;
      longTurns = 0;
      refusedAt = now;
      most = (int) Math.max(FEW, begun * shortNanos / took);
    }
  }

  private void adjust(long now, long took) {
    if (refused) {
      refusedAt = now;
    }
    if (took > shortNanos) {
      most = (int) Math.max(FEW, Math.max(most / 2, most * shortNanos / took));
    } else if (refused) {
      most += most / 8 + 1;
    }
    full = now - refusedAt <= CALM_NANOS;
  }
}
