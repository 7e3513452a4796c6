package io.aetherkeep.launcher.demo;

import java.io.Closeable;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * HTTP and WebSocket client of a node, with a bound on concurrent requests: the demo drops what
 * exceeds it.
 */
final class NodeClient implements Closeable {

  private static final int AT_ONCE = 48;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final String JSON = "application/json";

  private final String base;
  private final @Nullable String credential;
  private final ExecutorService threads = Executors.newFixedThreadPool(2, NodeClient::thread);
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(PATIENCE)
          .executor(threads)
          .build();
  private final Semaphore room = new Semaphore(AT_ONCE);

  NodeClient(String url, @Nullable String credential) {
    this.base = url + "/api/v1/";
    this.credential = credential;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "demo-doors");
    thread.setDaemon(true);
    return thread;
  }

  CompletableFuture<Integer> get(String path) {
    return status(request(path).GET());
  }

  CompletableFuture<Integer> put(String path, String json) {
    return status(request(path).header("Content-Type", JSON).PUT(body(json)));
  }

  CompletableFuture<Integer> post(String path, String json) {
    return status(request(path).header("Content-Type", JSON).POST(body(json)));
  }

  CompletableFuture<Integer> delete(String path) {
    return status(request(path).DELETE());
  }

  private static BodyPublisher body(String json) {
    return BodyPublishers.ofString(json);
  }

  private CompletableFuture<Integer> status(HttpRequest.Builder request) {
    return answer(request).thenApply(HttpResponse::statusCode);
  }

  /** Posts, and returns a text field of the answer. */
  CompletableFuture<String> post(String path, String json, String field) {
    return answer(request(path).header("Content-Type", JSON).POST(body(json)))
        .thenApply(
            answer ->
                answer.body().replaceFirst("(?s).*\"" + field + "\"\\s*:\\s*\"([^\"]*)\".*", "$1"));
  }

  private CompletableFuture<HttpResponse<String>> answer(HttpRequest.Builder request) {
    if (!room.tryAcquire()) {
      return CompletableFuture.failedFuture(new IllegalStateException("too much at once"));
    }
    return client
        .sendAsync(request.timeout(PATIENCE).build(), BodyHandlers.ofString())
        .whenComplete((answer, thrown) -> room.release());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
    return credential == null ? request : request.header("Authorization", "Bearer " + credential);
  }

  /** Opens a WebSocket of a session, and discards what it receives. */
  CompletableFuture<WebSocket> open(String space, String session) {
    return post(space + "/sessions/" + session + "/ticket", "{}", "ticket")
        .thenCompose(
            ticket ->
                client
                    .newWebSocketBuilder()
                    .connectTimeout(PATIENCE)
                    .subprotocols("aetherkeep.v1")
                    .buildAsync(
                        URI.create(
                            base.replaceFirst("^http", "ws")
                                + space
                                + "/realtime?ticket="
                                + ticket),
                        new Reader()))
        .thenCompose(socket -> socket.sendText("{\"op\":\"hello\",\"id\":1}", true));
  }

  private static final class Reader implements WebSocket.Listener {
    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      socket.request(1);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      socket.abort();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
