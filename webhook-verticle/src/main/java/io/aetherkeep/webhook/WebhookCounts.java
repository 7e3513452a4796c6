package io.aetherkeep.webhook;

import java.util.concurrent.atomic.LongAdder;

/** Counters of one node's deliveries in one space. */
final class WebhookCounts {
  final LongAdder delivered = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder givenUp = new LongAdder();
}
