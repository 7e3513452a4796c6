package io.aetherkeep.stream;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Receiver of the webhooks of subscriptions, which answers as it is asked to. */
final class WakeReceiver implements AutoCloseable {

  private final Vertx vertx = Vertx.vertx();
  private final List<Wake> wakes = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile Function<Wake, Answer> answer = wake -> new Answer(200, "{}");

  /** A wake as it came. */
  record Wake(String body, String signature) {
    JsonObject json() {
      return new JsonObject(body);
    }

    String id() {
      return json().getString("wake_id");
    }

    long generation() {
      return json().getLong("generation");
    }

    String token() {
      return json().getString("callback_token");
    }

    /** What it says of a stream. */
    JsonObject stream(String path) {
      return json().getJsonArray("streams").stream()
          .map(JsonObject.class::cast)
          .filter(stream -> stream.getString("path").equals(path))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Answer to a wake; status 0 is none. */
  record Answer(int status, String body) {}

  static final Answer DONE = new Answer(200, "{\"done\": true}");
  static final Answer SILENCE = new Answer(0, "");

  WakeReceiver() throws Exception {
    server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .body()
                        .onSuccess(
                            body -> {
                              Wake wake =
                                  new Wake(body.toString(), request.getHeader("webhook-signature"));
                              Answer with = answer.apply(wake);
                              wakes.add(wake);
                              if (with.status != 0) {
                                request.response().setStatusCode(with.status).end(with.body);
                              }
                            }))
            .listen(0, "127.0.0.1")
            .await(20, TimeUnit.SECONDS);
  }

  void answers(Function<Wake, Answer> with) {
    answer = with;
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort() + "/hook";
  }

  List<Wake> wakes() {
    return wakes;
  }

  /** The wake of a number from 1 on, when it has come. */
  Wake wake(int number) {
    await().atMost(Duration.ofSeconds(30)).until(() -> wakes.size() >= number);
    return wakes.get(number - 1);
  }

  void assertWakes(int number) {
    assertEquals(number, wakes.size(), wakes::toString);
  }

  @Override
  public void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }
}
