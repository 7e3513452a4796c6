package io.aetherkeep.router;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.lang.reflect.Proxy;

/** Stub of a request with headers, and with those of its response. */
final class StubRequest {

  private StubRequest() {}

  /** A request with headers: names and values in turn. */
  static HttpServerRequest with(String... namesAndValues) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    HttpServerResponse response = response(MultiMap.caseInsensitiveMultiMap());
    return (HttpServerRequest)
        Proxy.newProxyInstance(
            StubRequest.class.getClassLoader(),
            new Class<?>[] {HttpServerRequest.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "headers" -> headers;
                  case "getHeader" -> headers.get(arguments[0].toString());
                  case "response" -> response;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static HttpServerResponse response(MultiMap headers) {
    return (HttpServerResponse)
        Proxy.newProxyInstance(
            StubRequest.class.getClassLoader(),
            new Class<?>[] {HttpServerResponse.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "headers" -> headers;
                  case "putHeader" -> {
                    headers.set(arguments[0].toString(), arguments[1].toString());
                    yield proxy;
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
