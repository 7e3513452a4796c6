package io.aetherkeep.router.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's address behind trusted proxies. */
final class ProxiesTest {

  private static final Proxies TRUSTED =
      Proxies.of(List.of("10.0.0.0/8", "192.0.2.7", "2001:db8::/32"));

  private static String client(Proxies proxies, String peer, String... headers) {
    MultiMap all = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], headers[i + 1]);
    }
    HttpServerRequest request =
        (HttpServerRequest)
            Proxy.newProxyInstance(
                ProxiesTest.class.getClassLoader(),
                new Class<?>[] {HttpServerRequest.class},
                (proxy, method, arguments) ->
                    method.getName().equals("headers")
                        ? all
                        : SocketAddress.inetSocketAddress(1, peer));
    return proxies.client(request);
  }

  @Test
  void nobodyIsBelieved_whoIsNoTrustedProxy() {
    String claim = "203.0.113.9";
    assertEquals("198.51.100.1", client(TRUSTED, "198.51.100.1", "X-Forwarded-For", claim));
    assertEquals("198.51.100.1", client(TRUSTED, "198.51.100.1", "Forwarded", "for=" + claim));
    assertEquals("10.0.0.1", client(Proxies.NONE, "10.0.0.1", "X-Forwarded-For", claim));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          203.0.113.9                              | 203.0.113.9
          203.0.113.9:4711                         | 203.0.113.9
          203.0.113.9, 10.1.2.3                    | 203.0.113.9
          6.6.6.6, 203.0.113.9, 192.0.2.7          | 203.0.113.9
          6.6.6.6, 203.0.113.9                     | 203.0.113.9
          2001:db9::1, 2001:db8::1                 | 2001:db9::1
          [2001:db9::1]:4711                       | 2001:db9::1
          ::ffff:203.0.113.9                       | 203.0.113.9
          10.9.9.9, 10.1.2.3                       | 10.9.9.9
          unknown                                  | 10.0.0.1
          203.0.113.9, unknown                     | 10.0.0.1
          203.0.113.9, evil.example, 10.1.2.3      | 10.1.2.3
          ,                                        | 10.0.0.1
          999.0.0.1                                | 10.0.0.1
          """)
  void client_isTheLastWhoIsNoProxy_ofXForwardedFor(String header, String expected) {
    assertEquals(expected, client(TRUSTED, "10.0.0.1", "X-Forwarded-For", header));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          for=203.0.113.9                                   | 203.0.113.9
          For="203.0.113.9:4711";proto=https;by=10.0.0.1    | 203.0.113.9
          proto=https;for="[2001:db9::1]:4711"              | 2001:db9::1
          for=6.6.6.6, for=203.0.113.9;by=x, for=10.1.2.3   | 203.0.113.9
          for=203.0.113.9, for=_hidden                      | 10.0.0.1
          for=unknown                                       | 10.0.0.1
          by=203.0.113.9                                    | 10.0.0.1
          """)
  void client_isTheLastWhoIsNoProxy_ofForwarded(String header, String expected) {
    assertEquals(expected, client(TRUSTED, "10.0.0.1", "Forwarded", header));
  }

  @Test
  void listsInSeveralLines_areOne() {
    assertEquals(
        "203.0.113.9",
        client(
            TRUSTED,
            "10.0.0.1",
            "X-Forwarded-For",
            "6.6.6.6",
            "X-Forwarded-For",
            "203.0.113.9, 10.2.2.2"));
  }

  /** A proxy that writes one of the headers passes on the other, which anyone may have written. */
  @Test
  void headersThatDiffer_areNotBelieved() {
    assertEquals(
        "10.0.0.1",
        client(TRUSTED, "10.0.0.1", "Forwarded", "for=6.6.6.6", "X-Forwarded-For", "203.0.113.9"));
    assertEquals(
        "203.0.113.9",
        client(
            TRUSTED, "10.0.0.1", "Forwarded", "for=203.0.113.9", "X-Forwarded-For", "203.0.113.9"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.0.7", "10.0.0.0/8", "::1", "2001:db8::/32", "0.0.0.0/0", "::ffff:10.0.0.1"})
  void networks_areAddressesAndPrefixes(String network) {
    assertTrue(Proxies.isNetwork(network));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "proxy.example", "10.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "/8"})
  void networks_areNothingElse(String text) {
    assertFalse(Proxies.isNetwork(text));
  }
}
