package io.aetherkeep.cache.origin;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.OriginAsks.Loaded;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Offload;
import io.aetherkeep.document.TextDocument;
import io.aetherkeep.keyspace.Layout;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Origin that is an HTTP service: GET answers JSON, or text for a keyspace of texts, or 404 or 410
 * if nothing exists.
 *
 * @param template URL with the names of the ids in braces
 * @param variables these names, in the order of the ids
 * @param layout the layout of the keyspace
 * @param largest maximum size of an answer in bytes
 */
record HttpOrigin(
    HttpClient client,
    String template,
    List<String> variables,
    Layout layout,
    int largest,
    Supplier<Duration> deadline)
    implements Origin {

  private static final String ANSWERED = "The system of record answered with ";

  /** Client errors about missing credentials or load: requests for other ids would get them too. */
  private static final Set<Integer> FAILED = Set.of(401, 407, 408, 425, 429);

  @Override
  public Future<Loaded> load(List<String> ids) {
    RequestOptions get =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setAbsoluteURI(address(ids))
            .setTimeout(deadline.get().toMillis())
            .putHeader(HttpHeaders.ACCEPT, layout == Layout.TEXT ? "*/*" : "application/json");
    return client.request(get).compose(request -> request.send().compose(this::read));
  }

  private String address(List<String> ids) {
    String address = template;
    for (int i = 0; i < variables.size(); i++) {
      address = address.replace("{" + variables.get(i) + "}", encoded(ids.get(i)));
    }
    return address;
  }

  /** Percent-encodes an id as one path segment. */
  private static String encoded(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20").replace(".", "%2E");
  }

  private Future<Loaded> read(HttpClientResponse response) {
    int status = response.statusCode();
    if (status == 404 || status == 410) {
      return response.end().map(Loaded.NOTHING);
    }
    if (status != 200) {
      response.request().reset();
      String detail = ANSWERED + "status " + status;
      return Future.failedFuture(
          concernsTheId(status)
              ? new UnusableAnswer(detail)
              : Failure.of(Code.ORIGIN_UNAVAILABLE, detail));
    }
    Buffer body = Buffer.buffer();
    response.handler(
        chunk -> {
          if (body.length() <= largest) {
            body.appendBuffer(chunk);
          } else {
            response.request().reset();
          }
        });
    return response
        .end()
        .transform(
            end ->
                // The end fails after a reset.
                body.length() > largest
                    ? Future.failedFuture(
                        new UnusableAnswer(ANSWERED + "more than " + largest + " bytes"))
                    : end.failed()
                        ? Future.failedFuture(end.cause())
                        : Offload.run(
                            body.length(),
                            () -> HttpOriginDirectives.loaded(response.headers(), value(body))));
  }

  /** Whether the service refuses this request only. */
  private static boolean concernsTheId(int status) {
    return status >= 400 && status < 500 && !FAILED.contains(status);
  }

  private Document value(Buffer body) {
    try {
      return layout == Layout.TEXT ? TextDocument.received(body) : Document.received(body);
    } catch (Failure invalid) {
      throw new UnusableAnswer(
          ANSWERED + (layout == Layout.TEXT ? "bytes that are not UTF-8" : "invalid JSON"));
    }
  }
}
