package io.aetherkeep.webhook;

import io.aetherkeep.catalogue.DeliveryAsks.WebhookAttempt;
import io.aetherkeep.delivery.SendResult;
import io.aetherkeep.redis.RedisClock;
import java.time.Instant;

/** Factory of the records of a space's delivery attempts. */
final class AttemptRecords {

  static final String DELIVERED = "delivered";
  static final String FAILED = "failed";
  static final String GIVEN_UP = "given-up";

  private final String space;
  private final RedisClock clock;

  AttemptRecords(String space, RedisClock clock) {
    this.space = space;
    this.clock = clock;
  }

  /**
   * Records an attempt that ends now.
   *
   * @param number number of the attempt, from 1
   * @param result one of the words above
   */
  WebhookAttempt of(OutboxEntry entry, int number, String result, SendResult answer, long millis) {
    return new WebhookAttempt(
        Instant.ofEpochMilli(clock.millis()).toString(),
        entry.message(space),
        entry.type(),
        entry.subject(),
        number,
        result,
        answer.status(),
        answer.isTaken() ? null : answer.summary(),
        millis);
  }
}
