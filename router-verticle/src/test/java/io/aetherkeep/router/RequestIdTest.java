package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.http.RequestId;
import io.vertx.core.http.HttpServerRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The id of a request, given or generated. */
final class RequestIdTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "web-7f3a.12_B",
        "0123456789012345678901234567890123456789012345678901234567890123"
      })
  void give_keepsTheClientsOwn(String own) {
    assertEquals(own, given(own));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "a\nb",
        "a\tb",
        "<script>",
        "${jndi:ldap}",
        "\u00E9",
        "a,b",
        "01234567890123456789012345678901234567890123456789012345678901234"
      })
  void give_replacesWhatALogCouldBeFooledWith(String nasty) {
    assertTrue(given(nasty).matches("[0-9a-f]{16}"));
  }

  @Test
  void give_givesEachRequestAnother() {
    assertNotEquals(fresh(), fresh());
  }

  @Test
  void of_isADashBeforeOneIsGiven() {
    assertEquals("-", RequestId.of(StubRequest.with()));
  }

  private static String given(String own) {
    HttpServerRequest request = StubRequest.with("X-Request-Id", own);
    RequestId.give(request);
    return RequestId.of(request);
  }

  private static String fresh() {
    HttpServerRequest request = StubRequest.with();
    RequestId.give(request);
    return RequestId.of(request);
  }
}
