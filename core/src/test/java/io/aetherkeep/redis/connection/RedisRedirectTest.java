package io.aetherkeep.redis.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.aetherkeep.redis.target.RedisAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parsing of redirects. */
class RedisRedirectTest {

  private static final RedisAddress FROM = new RedisAddress("redis-1", 6379);

  @ParameterizedTest
  @CsvSource({
    "MOVED 3999 127.0.0.1:6381, MOVED, 127.0.0.1, 6381",
    "ASK 0 redis-2.example:6379, ASK, redis-2.example, 6379",
    "MOVED 1 2001:db8::7:6379, MOVED, 2001:db8::7, 6379",
    "MOVED 1 :6380, MOVED, redis-1, 6380",
    "MOVED 1 ?:6380, MOVED, redis-1, 6380",
  })
  void aRedirection_saysWhere(String reply, RedisRedirect.Kind kind, String host, int port) {
    RedisRedirect redirect = RedisRedirect.of(reply);
    assertNotNull(redirect);
    assertEquals(kind, redirect.kind());
    assertEquals(new RedisAddress(host, port), redirect.address(FROM));
  }

  @Test
  void theFirstOfSeveralInABatch_counts() {
    RedisRedirect redirect =
        RedisRedirect.of("MOVED 3350 127.0.0.1:6381\nERR [1] MOVED 4864 127.0.0.1:6382");
    assertNotNull(redirect);
    assertEquals(new RedisAddress("127.0.0.1", 6381), redirect.address(FROM));
  }

  @Test
  void aSlotInTwoPlaces_asksForPatience() {
    RedisRedirect redirect = RedisRedirect.of("TRYAGAIN Multiple keys request during rehashing");
    assertNotNull(redirect);
    assertEquals(RedisRedirect.Kind.TRYAGAIN, redirect.kind());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "MOVED",
        "MOVED x a:1",
        "MOVED 1 a",
        "ASKING",
        "CLUSTERDOWN down",
        "ERR MOVED 1 a:1"
      })
  void whatIsNone_isNone(String reply) {
    assertNull(RedisRedirect.of(reply));
  }
}
