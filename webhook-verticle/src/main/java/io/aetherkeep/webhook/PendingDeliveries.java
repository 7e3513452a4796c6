package io.aetherkeep.webhook;

import io.aetherkeep.catalogue.DeliveryAsks.WebhookAttempt;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Events in memory that one endpoint has not received yet, ordered within each subject. */
final class PendingDeliveries {

  /** Event in delivery; of each subject only the first is sent. */
  static final class Delivery {
    final OutboxEntry entry;
    int attempts;
    long notBefore;
    boolean busy;

    /** Result of the last attempt, if it is not yet recorded in Redis. */
    Optional<WebhookAttempt> unsettled = Optional.empty();

    private Delivery(OutboxEntry entry) {
      this.entry = entry;
    }
  }

  private final Map<String, Deque<Delivery>> subjects = new LinkedHashMap<>();
  private int size;

  int size() {
    return size;
  }

  void add(OutboxEntry entry) {
    subjects.computeIfAbsent(entry.subject(), first -> new ArrayDeque<>()).add(new Delivery(entry));
    size++;
  }

  /** The entry ids of all events. */
  Set<String> ids() {
    return subjects.values().stream()
        .flatMap(Deque::stream)
        .map(delivery -> delivery.entry.id())
        .collect(Collectors.toSet());
  }

  /** The first event of each subject. */
  List<Delivery> firsts() {
    return subjects.values().stream().map(Deque::getFirst).toList();
  }

  void remove(Delivery delivery) {
    Deque<Delivery> subject = subjects.get(delivery.entry.subject());
    if (subject != null && subject.remove(delivery)) {
      size--;
      if (subject.isEmpty()) {
        subjects.remove(delivery.entry.subject());
      }
    }
  }

  /** Ends the pauses before the next attempts. */
  void retryNow() {
    subjects.values().forEach(subject -> subject.getFirst().notBefore = 0);
  }

  void clear() {
    subjects.clear();
    size = 0;
  }
}
