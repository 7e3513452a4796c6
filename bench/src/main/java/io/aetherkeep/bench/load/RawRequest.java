package io.aetherkeep.bench.load;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** Encoded HTTP/1.1 request, so that the load generator encodes nothing. */
public final class RawRequest {

  private RawRequest() {}

  public static Buffer get(String path, String... headers) {
    StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nhost: localhost\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return Buffer.buffer(head.append("\r\n").toString());
  }

  public static Buffer json(String method, String path, String body) {
    return of(method, path, "application/json", body);
  }

  public static Buffer of(String method, String path, String type, String body) {
    return Buffer.buffer(
        "%s %s HTTP/1.1\r\nhost: localhost\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n%s"
            .formatted(method, path, type, body.getBytes(StandardCharsets.UTF_8).length, body));
  }
}
