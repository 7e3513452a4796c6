package io.aetherkeep.lab.client;

import io.aetherkeep.lab.cluster.Cluster;
import io.aetherkeep.lab.cluster.Waiting;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** HTTP client of the lab: sends each request to any node and counts its outcome. */
public final class Client {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  private final Cluster cluster;
  private final RequestCounts tally;

  public Client(Cluster cluster, RequestCounts tally) {
    this.cluster = cluster;
    this.tally = tally;
  }

  public Answer get(String path, String... headers) {
    return send("GET", path, "", headers);
  }

  public Answer put(String path, String json, String... headers) {
    return send("PUT", path, json, headers);
  }

  public Answer post(String path, String json, String... headers) {
    return send("POST", path, json, headers);
  }

  public Answer patch(String path, String json) {
    return send("PATCH", path, json);
  }

  public Answer delete(String path) {
    return send("DELETE", path, "");
  }

  /** Returns the URL of any node. */
  private String anywhere() {
    List<String> urls = cluster.urls();
    return urls.get(ThreadLocalRandom.current().nextInt(urls.size()));
  }

  public List<String> urls() {
    return cluster.urls();
  }

  /** Sends a request to any node without counting it. */
  public Answer sendUnchecked(String method, String path, String... headers) {
    return to(anywhere(), method, path, "", headers);
  }

  /**
   * Whether Redis was available around a time, so that every node received the events of that time.
   */
  public boolean wasCalm(long nanos) {
    return tally.wasCalm(nanos);
  }

  public void note(String what) {
    tally.note(what);
  }

  /** Opens a socket to any node; the consumer receives its frames. */
  public LabSocket socket(String space, String query, Consumer<JsonObject> onMessage) {
    String url = anywhere().replaceFirst("http", "ws");
    return LabSocket.open(URI.create(url + "/api/v1/" + space + "/realtime" + query), onMessage);
  }

  /** Sends a frame on a socket and counts the answer like a request's. */
  public Answer ask(LabSocket socket, JsonObject frame) {
    long start = System.nanoTime();
    Answer answer = Answer.of(socket.ask(frame), since(start));
    tally.count(frame.encode(), answer);
    return answer;
  }

  private Answer send(String method, String path, String json, String... headers) {
    Answer answer = to(anywhere(), method, path, json, headers);
    tally.count(method + " " + path, answer);
    return answer;
  }

  /** Sends a request to a given node without counting it; after the load it also retries a 429. */
  public Answer to(String url, String method, String path, String json, String... headers) {
    Answer answer = once(url, method, path, json, headers);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (answer.status() == 429 && tally.isOver() && System.nanoTime() < end) {
      Waiting.pass(Duration.ofSeconds(1));
      answer = once(url, method, path, json, headers);
    }
    return answer;
  }

  private static Answer once(
      String url, String method, String path, String json, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(PATIENCE)
            .method(
                method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
    if (!json.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    long start = System.nanoTime();
    try {
      HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.headers(), response.body(), since(start));
    } catch (IOException e) {
      return Answer.without(0, e.toString(), since(start));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static long since(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }
}
