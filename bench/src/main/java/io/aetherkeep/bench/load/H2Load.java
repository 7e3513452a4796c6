package io.aetherkeep.bench.load;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Closed-loop load generator of GETs by HTTP/2 over TLS: a few connections with many streams. */
public final class H2Load {

  private static final int CONNECTIONS = 8;
  private static final int STREAMS = 64;
  private static final int LEAST = 200;

  private final Vertx vertx;
  private final List<String> paths;
  private final int port;
  private final LongAdder answered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private volatile boolean running = true;

  public H2Load(Vertx vertx, List<String> paths, int port) {
    this.vertx = vertx;
    this.paths = List.copyOf(paths);
    this.port = port;
  }

  public Load.Result run(double seconds) throws Exception {
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setUseAlpn(true)
                .setSsl(true)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setHttp2MultiplexingLimit(STREAMS / CONNECTIONS),
            new PoolOptions().setHttp2MaxSize(CONNECTIONS));
    long start = System.nanoTime();
    for (int i = 0; i < STREAMS; i++) {
      next(client);
    }
    get(vertx.timer((long) (seconds * 1000)));
    // Waits longer for a server that is still cold, on a busy machine.
    for (int i = 0; i < 300 && answered.sum() < LEAST && failed.sum() == 0; i++) {
      get(vertx.timer(100));
    }
    double took = (System.nanoTime() - start) / 1e9;
    long count = answered.sum();
    running = false;
    get(client.close());
    return new Load.Result(count, failed.sum(), took);
  }

  private void next(HttpClient client) {
    if (!running) {
      return;
    }
    client
        .request(HttpMethod.GET, port, "localhost", path())
        .compose(HttpClientRequest::send)
        .compose(response -> response.body().map(body -> response))
        .onSuccess(this::note)
        .onFailure(
            thrown -> {
              if (running) {
                failed.increment();
              }
            })
        .onComplete(response -> next(client));
  }

  private String path() {
    return paths.get(ThreadLocalRandom.current().nextInt(paths.size()));
  }

  private void note(HttpClientResponse response) {
    boolean good = response.statusCode() == 200 && response.version().equals(HttpVersion.HTTP_2);
    (good ? answered : failed).increment();
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
