package io.aetherkeep.cache.invalidation;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.entries.CacheSpace;
import io.aetherkeep.cache.entries.Caches;
import io.aetherkeep.cache.entries.VersionOrder;
import io.aetherkeep.cache.index.KeyScan;
import io.aetherkeep.cache.loading.Flights;
import io.aetherkeep.catalogue.InvalidationAsks.CacheInvalidated;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidateEntries;
import io.aetherkeep.catalogue.InvalidationAsks.Invalidated;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidationProgress;
import io.aetherkeep.catalogue.InvalidationAsks.ReadInvalidation;
import io.aetherkeep.catalogue.InvalidationAsks.StartInvalidation;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Store;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Bulk invalidation of entries: by ids, by a pattern of ids, or by a tag. */
public final class Invalidations {

  private static final System.Logger LOG = System.getLogger(Invalidations.class.getName());

  private final Caches caches;
  private final EntryRemoval removal;
  private final Consumer<Event> announcement;
  private final Flights flights;
  private final InvalidationState log;
  private final Blocking blocking;

  /**
   * Creates the invalidation of one event loop.
   *
   * @param blocking runs blocking tasks
   */
  public Invalidations(
      Caches caches,
      Consumer<Event> announcement,
      Flights flights,
      InvalidationState log,
      Blocking blocking) {
    this.caches = caches;
    this.removal = new EntryRemoval(caches);
    this.announcement = announcement;
    this.flights = flights;
    this.log = log;
    this.blocking = blocking;
  }

  /** Runs blocking tasks off the event loop, and completes their futures on it. */
  public interface Blocking {
    Future<?> run(Runnable task);
  }

  /**
   * A running invalidation.
   *
   * @param tally its progress
   * @param retried whether a failure is retried
   */
  record Running(InvalidationCount tally, Future<InvalidationCount> done, boolean retried) {

    String state() {
      if (!done.isComplete()) {
        return "running";
      }
      return done.succeeded() ? "done" : isQueued() ? "queued" : "failed";
    }

    private boolean isQueued() {
      Failure failure = Failure.from(done.cause());
      boolean again = retried && !PendingInvalidations.isPermanent(failure);
      return again || (!tally.isDry() && failure.code() == Code.REDIS_UNAVAILABLE);
    }
  }

  /**
   * Runs an invalidation. It goes on in the background when the client's deadline passes, and is
   * queued while Redis is unavailable.
   */
  public Future<Invalidated> run(InvalidateEntries ask) {
    return begin(ask)
        .done()
        .map(tally -> new Invalidated(tally.matched(), tally.removed()))
        .recover(thrown -> queue(ask, thrown));
  }

  private Future<Invalidated> queue(InvalidateEntries ask, Throwable thrown) {
    if (ask.dryRun() || Failure.from(thrown).code() != Code.REDIS_UNAVAILABLE) {
      return Future.failedFuture(thrown);
    }
    return promise(ask).map(new Invalidated(0, 0, true));
  }

  /** Queues an invalidation until Redis is available. */
  public Future<Void> promise(InvalidateEntries ask) {
    String loads = ask.space() + "/" + (ask.keyspace() == null ? "" : ask.keyspace() + " ");
    flights.forgetDirect(what -> what.startsWith(loads));
    PromisedInvalidation promised = PromisedInvalidation.now(ask);
    return keep(promised).onComplete(kept -> wait(promised, false)).mapEmpty();
  }

  private Future<?> keep(PromisedInvalidation promised) {
    return blocking.run(() -> log.promises().keep(promised));
  }

  private void forget(PromisedInvalidation promised) {
    blocking.run(() -> log.promises().forget(promised));
  }

  private void wait(PromisedInvalidation promised, boolean followed) {
    log.pending().add(promised, followed).forEach(this::forget);
  }

  /**
   * Queues the invalidations that this node, or the former owner of its disk, promised before it
   * started.
   */
  public void queuePromised() {
    blocking.run(() -> log.promises().left().forEach(left -> wait(left, true)));
  }

  /** Runs the queued invalidations; entries written since they were promised stay. */
  public void replay() {
    log.pending().replay(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()), new Replay());
  }

  private final class Replay implements PendingInvalidations.Maker {

    /**
     * Asks Redis first: while it is unavailable, no invalidation starts and no near cache is
     * scanned.
     */
    @Override
    public Future<?> make(PromisedInvalidation promised) {
      KeyScan keys = caches.space(promised.what().space()).keys();
      return keys.count(List.of(Keyspaces.INVALIDATIONS.key(promised.id()).text()))
          .compose(there -> again(promised));
    }

    private Future<?> again(PromisedInvalidation promised) {
      String space = promised.what().space();
      Running running = begin(promised.what(), new VersionOrder(caches.of(space), promised.at()));
      log.started().follow(promised, running, progress(space));
      return running.done();
    }

    @Override
    public void settled(PromisedInvalidation promised) {
      forget(promised);
    }
  }

  private Store<Document> progress(String space) {
    return caches.space(space).invalidations();
  }

  /**
   * Starts an invalidation in the background. Unless it is a dry run, it is on disk before the
   * answer, so that it survives a crash of this node.
   */
  public Future<InvalidationProgress> start(StartInvalidation ask) {
    InvalidateEntries what = ask.what();
    Running running = begin(what);
    PromisedInvalidation promised = PromisedInvalidation.now(what);
    InvalidationProgress progress = log.started().follow(promised, running, progress(what.space()));
    if (what.dryRun()) {
      return Future.succeededFuture(progress);
    }
    Future<?> kept = keep(promised);
    kept.onComplete(
        done ->
            running.done().onComplete(made -> forget(promised), thrown -> again(promised, thrown)));
    return kept.map(progress);
  }

  private void again(PromisedInvalidation promised, Throwable thrown) {
    if (Failure.from(thrown).code() == Code.REDIS_UNAVAILABLE) {
      wait(promised, true);
    } else {
      LOG.log(
          System.Logger.Level.WARNING,
          "An invalidation in {0} failed: {1}",
          promised.what().space(),
          thrown.getMessage());
      forget(promised);
    }
  }

  public Future<InvalidationProgress> read(ReadInvalidation ask) {
    return log.started().read(ask.space(), ask.id(), progress(ask.space()));
  }

  private Running begin(InvalidateEntries ask) {
    return begin(ask, null);
  }

  private Running begin(InvalidateEntries ask, @Nullable VersionOrder spared) {
    EntryRemoval.requireOneWay(ask);
    CacheSpace space = caches.space(ask.space());
    InvalidationCount tally = new InvalidationCount(space, ask.dryRun(), spared);
    Future<InvalidationCount> done = removal.run(ask, tally).compose(made -> announced(ask, made));
    return new Running(tally, done, spared != null);
  }

  private Future<InvalidationCount> announced(InvalidateEntries ask, InvalidationCount done) {
    if (ask.dryRun()) {
      return Future.succeededFuture(done);
    }
    CacheInvalidated event =
        new CacheInvalidated(
            ask.space(), ask.keyspace(), ask.ids(), ask.pattern(), ask.tag(), done.removed());
    if (done.removed() > 0) {
      LOG.log(
          System.Logger.Level.INFO,
          "Invalidated {0} entries of {1}/{2}",
          done.removed(),
          ask.space(),
          ask.keyspace() == null ? "*" : ask.keyspace());
      announcement.accept(event);
    }
    // Also if nothing was removed: copies elsewhere may outlive the entries.
    return caches.space(ask.space()).notice().announce(event).map(done);
  }
}
