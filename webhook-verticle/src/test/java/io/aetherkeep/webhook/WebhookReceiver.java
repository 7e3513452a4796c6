package io.aetherkeep.webhook;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** Receiver of webhooks that records messages, and fails or hangs as configured. */
final class WebhookReceiver implements AutoCloseable {

  /** Status for a response that never comes. */
  static final int HANG = 0;

  private final Vertx vertx = Vertx.vertx();
  private final List<Received> attempts = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile ToIntFunction<Received> answer = received -> 204;
  private volatile String retryAfter = "";

  /** A request with its response. */
  record Received(
      String method, Map<String, String> headers, String body, JsonObject json, int status) {
    String id() {
      return headers.getOrDefault("webhook-id", "");
    }

    Received answered(int with) {
      return new Received(method, headers, body, json, with);
    }
  }

  WebhookReceiver() throws Exception {
    server =
        vertx
            .createHttpServer()
            .requestHandler(request -> request.body().onSuccess(body -> take(request, body)))
            .listen(0, "127.0.0.1")
            .await(20, TimeUnit.SECONDS);
  }

  private void take(HttpServerRequest request, Buffer body) {
    Map<String, String> headers =
        request.headers().entries().stream()
            .collect(
                Collectors.toMap(h -> h.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
    JsonObject json = body.length() == 0 ? new JsonObject() : body.toJsonObject();
    Received received = new Received(request.method().name(), headers, body.toString(), json, HANG);
    int status = answer.applyAsInt(received);
    attempts.add(received.answered(status));
    if (status != HANG) {
      HttpServerResponse response = request.response().setStatusCode(status);
      if (status >= 400 && !retryAfter.isEmpty()) {
        response.putHeader("Retry-After", retryAfter);
      }
      response.end();
    }
  }

  void answers(ToIntFunction<Received> with) {
    answer = with;
  }

  /** Sets the {@code Retry-After} of refusals. */
  void asksToRetryAfter(String seconds) {
    retryAfter = seconds;
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort() + "/hook";
  }

  List<Received> attempts() {
    return attempts;
  }

  /** The accepted messages in order, without duplicates. */
  List<Received> taken() {
    List<Received> taken = new ArrayList<>();
    for (Received one : attempts) {
      if (one.status() == 204 && taken.stream().noneMatch(other -> other.id().equals(one.id()))) {
        taken.add(one);
      }
    }
    return taken;
  }

  @Override
  public void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }
}
