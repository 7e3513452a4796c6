package io.aetherkeep.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Signatures by the example of the Standard Webhooks specification; and retries. */
class WebhookSignatureTest {

  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final RetrySchedule SCHEDULE =
      new RetrySchedule(Duration.ofSeconds(5), Duration.ofHours(1), Duration.ofHours(24));

  @Test
  void theSignature_isTheOneOfTheSpecification() {
    Map<String, String> headers =
        WebhookSignature.headers(
            List.of(SECRET),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            Buffer.buffer("{\"test\": 2432232314}"));

    assertEquals(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", headers.get("webhook-signature"));
    assertEquals("1614265330", headers.get("webhook-timestamp"));
  }

  @Test
  void whileASecretIsRotated_bothSign() {
    String fresh = WebhookSignature.newSecret();

    String both =
        WebhookSignature.headers(List.of(fresh, SECRET), "m", 1, Buffer.buffer("{}"))
            .getOrDefault("webhook-signature", "");

    assertTrue(both.matches("v1,\\S+ v1,\\S+"), both);
  }

  @Test
  void aSecret_isRandomAndOfTheirForm() {
    assertTrue(WebhookSignature.isSecret(WebhookSignature.newSecret()));
    assertNotEquals(WebhookSignature.newSecret(), WebhookSignature.newSecret());
    for (String none : List.of("", "whsec_", "whsec_AAAA", "secret", "whsec_!!!")) {
      assertFalse(WebhookSignature.isSecret(none), none);
    }
  }

  @RepeatedTest(20)
  void pauses_growWithJitterUpToALongest() {
    long first = SCHEDULE.next(1, Duration.ZERO, null).orElseThrow().toMillis();
    long third = SCHEDULE.next(3, Duration.ZERO, null).orElseThrow().toMillis();
    long last = SCHEDULE.next(40, Duration.ZERO, null).orElseThrow().toMillis();

    assertTrue(first >= 2_500 && first <= 5_000, () -> first + " ms");
    assertTrue(third >= 40_000 && third <= 80_000, () -> third + " ms");
    assertTrue(last >= 1_800_000 && last <= 3_600_000, () -> last + " ms");
  }

  @Test
  void retryAfter_isNeverUndercut() {
    Duration asked = Duration.ofMinutes(30);

    assertTrue(SCHEDULE.next(1, Duration.ZERO, asked).orElseThrow().compareTo(asked) >= 0);
  }

  @Test
  void aDelivery_isGivenUpInTheEnd() {
    assertEquals(Optional.empty(), SCHEDULE.next(9, Duration.ofHours(24), null));
  }
}
