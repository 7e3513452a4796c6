package io.aetherkeep.webhook;

import io.aetherkeep.webhook.RedisDeliveries.Taken;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reader of one endpoint's events: fills a window of pending deliveries from the outbox, first with
 * the events that were read before and not acknowledged.
 */
final class OutboxReader {

  private static final System.Logger LOG = System.getLogger(EndpointQueue.class.getName());

  /** Limit of events in memory. */
  private static final int WINDOW = 200;

  private final Supplier<Endpoint> endpoint;
  private final String space;
  private final RedisDeliveries store;
  private final PendingDeliveries pending;
  private boolean reading;
  private boolean closed;

  /** Whether the unacknowledged events were read. */
  private boolean resumed;

  /**
   * Creates the reader.
   *
   * @param endpoint the endpoint as it is now
   */
  OutboxReader(
      Supplier<Endpoint> endpoint, String space, RedisDeliveries store, PendingDeliveries pending) {
    this.endpoint = endpoint;
    this.space = space;
    this.store = store;
    this.pending = pending;
  }

  /** Drops the events in memory; the next owner reads the unacknowledged ones again. */
  void forget() {
    pending.clear();
    resumed = false;
  }

  /** Ends the reading; what is still read is ignored. */
  void close() {
    closed = true;
    forget();
  }

  /**
   * Reads events, unless the window is full or a read is running.
   *
   * @param added action after events were added
   * @param lost action if another node owns the endpoint
   */
  void read(Runnable added, Runnable lost) {
    if (reading || pending.size() >= WINDOW) {
      return;
    }
    reading = true;
    boolean unsettled = !resumed;
    store
        .take(endpoint.get().id(), unsettled, unsettled ? WINDOW : WINDOW - pending.size())
        .onComplete(
            done -> {
              reading = false;
              Taken taken = done.result();
              if (done.failed()) {
                // Redis may have handed out events whose answer was lost: read them again.
                resumed = false;
                return;
              }
              if (closed) {
                return;
              }
              if (taken == null) {
                lost.run();
                return;
              }
              // A read of new events may end after the pending ones have to be read again.
              resumed |= unsettled;
              add(endpoint.get(), taken);
              added.run();
            });
  }

  private void add(Endpoint to, Taken taken) {
    if (taken.dropped() > 0) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Webhook {0} of {1} lost {2} events: the outbox dropped them before their delivery"
              + " (webhooks.backlog)",
          to.id(),
          space,
          taken.dropped());
    }
    List<String> unwanted = new ArrayList<>();
    Set<String> known = pending.ids();
    for (OutboxEntry entry : taken.entries()) {
      if (known.contains(entry.id())) {
        continue;
      }
      boolean early = entry.fields().isEmpty() || entry.isBefore(to.created());
      if (early || !entry.isFor(to)) {
        unwanted.add(entry.id());
      } else {
        pending.add(entry);
      }
    }
    if (!unwanted.isEmpty()) {
      // They stay pending if this fails: read them again.
      store.skip(to.id(), unwanted).onFailure(thrown -> resumed = false);
    }
  }
}
