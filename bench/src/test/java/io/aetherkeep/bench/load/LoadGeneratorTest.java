package io.aetherkeep.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Load generators against a server in this JVM. */
class LoadGeneratorTest {

  private final Vertx vertx = Vertx.vertx();
  private final Set<String> paths = ConcurrentHashMap.newKeySet();
  private int port;

  @BeforeEach
  void listen() throws Exception {
    port =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  paths.add(request.path());
                  if (request.path().equals("/closed")) {
                    request.connection().close();
                    return;
                  }
                  boolean chunked = request.path().startsWith("/chunked");
                  request
                      .response()
                      .setChunked(chunked)
                      .setStatusCode(request.path().startsWith("/no") ? 404 : 200)
                      .end("answer");
                })
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS)
            .actualPort();
  }

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void count_sendsEachRequestOnce() throws Exception {
    List<Buffer> requests = IntStream.range(0, 500).mapToObj(i -> RawRequest.get("/" + i)).toList();

    Load.Result result = new Load(vertx, requests, port).count(500, 60);

    assertEquals(500, result.answered());
    assertEquals(0, result.failed());
    assertEquals(500, paths.size());
  }

  @Test
  void refusals_countAsFailures() throws Exception {
    Load.Result result = new Load(vertx, List.of(RawRequest.get("/no")), port).count(100, 60);

    assertEquals(100, result.failed());
  }

  @Test
  void answersInChunks_areReadWhole() throws Exception {
    Load.Result result = new Load(vertx, List.of(RawRequest.get("/chunked")), port).count(500, 60);

    assertEquals(500, result.answered());
    assertEquals(0, result.failed());
  }

  @Test
  void load_withoutAServer_fails() {
    Load load = new Load(vertx, List.of(RawRequest.get("/")), 1);

    assertThrows(Exception.class, () -> load.run(0.1));
  }

  @Test
  void rateLoad_measuresEachRequest() throws Exception {
    try (RateLoad load = RateLoad.start(List.of(RawRequest.get("/x")), port, 200)) {
      RateLoad.Latencies latencies = load.during(1);

      assertTrue(latencies.answered() > 0, latencies.toString());
      assertEquals(0, latencies.failed());
      assertTrue(latencies.median() <= latencies.p99(), latencies.toString());
    }
  }

  @Test
  void rateLoad_connectsAgain_whenTheServerCloses() throws Exception {
    List<Buffer> requests = List.of(RawRequest.get("/closed"), RawRequest.get("/x"));
    try (RateLoad load = RateLoad.start(requests, port, 1000)) {
      long failed = 0;
      long answered = 0;
      // More than there are connections, so that some were opened anew.
      while (failed <= 100 || answered == 0) {
        RateLoad.Latencies latencies = load.during(0.1);
        failed += latencies.failed();
        answered += latencies.answered();
      }
    }
  }
}
