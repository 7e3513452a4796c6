package io.aetherkeep.bench.http;

import io.aetherkeep.bench.load.Server;
import io.aetherkeep.embedded.EmbeddedRedis;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Benchmark of appends to a long transcript against appends to an empty one, in alternating rounds.
 */
public final class HistoryAppend {

  private static final int LONG = 10_000;
  private static final int APPENDS = 1000;
  private static final String MESSAGE =
      "{\"role\": \"user\", \"content\": \"What do the members say of it?\", \"tokens\": 7}";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String sessions;

  private HistoryAppend(int port) {
    this.sessions = "http://127.0.0.1:" + port + "/api/v1/council/sessions";
  }

  public static void run(List<String> arguments) throws Exception {
    int rounds = arguments.isEmpty() ? 5 : Integer.parseInt(arguments.get(0));
    Path here =
        Path.of(HistoryAppend.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path ours = here.resolve("../../../launcher/target/aetherkeep.jar").normalize();
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
        Server keep =
            Server.start(
                "aetherkeep",
                Map.of(
                    "AETHERKEEP_HTTP_PORT",
                    "0",
                    "AETHERKEEP_REDIS_URL",
                    redis.url(),
                    "AETHERKEEP_SPACES_COUNCIL_MAX_VALUE_SIZE",
                    "16MiB"),
                ours)) {
      new HistoryAppend(keep.port()).compare(rounds);
    }
  }

  private void compare(int rounds) throws Exception {
    open("long");
    append("long", LONG);
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      open("empty" + i);
      double empty = append("empty" + i, APPENDS);
      double full = append("long", APPENDS);
      ratios.add(full / empty);
      System.out.printf("empty %7.1f us   %d messages %7.1f us%n", empty, LONG, full);
    }
    ratios.sort(Double::compare);
    System.out.printf("ratio in time an append: %.2f (median)%n", ratios.get(rounds / 2));
  }

  private void open(String id) throws Exception {
    post("", "{\"id\": \"" + id + "\"}");
  }

  /** Appends sequentially; returns the mean time in microseconds. */
  private double append(String id, int times) throws Exception {
    long start = System.nanoTime();
    for (int i = 0; i < times; i++) {
      post("/" + id + "/history", MESSAGE);
    }
    return (System.nanoTime() - start) / 1000.0 / times;
  }

  private void post(String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(sessions + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    int status = client.send(request, BodyHandlers.discarding()).statusCode();
    if (status != 201) {
      throw new IllegalStateException("status " + status);
    }
  }
}
