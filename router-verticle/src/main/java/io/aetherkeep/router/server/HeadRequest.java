package io.aetherkeep.router.server;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * HEAD request over HTTP/2, whose answer is sent without its body. Over HTTP/1 Vert.x does that
 * itself; over HTTP/2 it sends the body, and clients such as Node's fail with a stream error.
 */
final class HeadRequest extends HttpServerRequestWrapper {

  private final HttpServerResponse response;

  private HeadRequest(HttpServerRequestInternal request) {
    super(request);
    this.response = bodiless(request.response());
  }

  /** Wraps the request if it is a HEAD over HTTP/2. */
  static HttpServerRequest of(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_2
            && request.method().equals(HttpMethod.HEAD)
            && request instanceof HttpServerRequestInternal asked
        ? new HeadRequest(asked)
        : request;
  }

  @Override
  public HttpServerResponse response() {
    return response;
  }

  private static HttpServerResponse bodiless(HttpServerResponse whole) {
    return (HttpServerResponse)
        Proxy.newProxyInstance(
            HeadRequest.class.getClassLoader(),
            new Class<?>[] {HttpServerResponse.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("write")) {
                return Future.succeededFuture();
              }
              if (method.getName().equals("end") && arguments != null) {
                return end(whole, arguments[0]);
              }
              try {
                Object result = method.invoke(whole, arguments);
                return result == whole ? proxy : result;
              } catch (InvocationTargetException thrown) {
                throw thrown.getTargetException();
              }
            });
  }

  private static Future<Void> end(HttpServerResponse whole, Object body) {
    Buffer bytes = body instanceof Buffer buffer ? buffer : Buffer.buffer(String.valueOf(body));
    whole.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(bytes.length()));
    return whole.end();
  }
}
