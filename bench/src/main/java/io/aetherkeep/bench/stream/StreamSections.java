package io.aetherkeep.bench.stream;

import io.aetherkeep.bench.fanout.Arrivals;
import io.aetherkeep.bench.fanout.Fanout;
import io.aetherkeep.bench.load.Load;
import io.aetherkeep.bench.load.LoadComparison;
import io.aetherkeep.bench.load.RawRequest;
import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.load.SocketLoad;
import io.aetherkeep.bench.report.BenchRun;
import io.aetherkeep.bench.report.Goal;
import io.aetherkeep.bench.report.Section;
import io.aetherkeep.bench.stream.StreamServers.Durability;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Comparisons of streams with a bare handler on the same Redis and with the reference server:
 * appends of 64 producers to 64 streams, 1,000 followers, and a token's latency.
 */
public final class StreamSections implements AutoCloseable {

  static final String ROOT = "/v1/stream/";

  private static final String GROUP = "Streams";
  private static final String CHUNK = "twenty bytes a chunk";
  private static final int PRODUCERS = 64;

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(true));
  private final StreamServers memory;
  private int names;

  private StreamSections() {
    try {
      memory = new StreamServers(Durability.MEMORY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static List<Section> sections() {
    return List.of(
        new Section("stream-appends", GROUP, run -> of(run).appends(run)),
        new Section("stream-followers", GROUP, run -> of(run).followers(run)),
        new Section("stream-tokens", GROUP, run -> of(run).tokens(run)));
  }

  /** Returns the sections that are not part of a whole run. */
  public static List<Section> onDisk() {
    return List.of(
        new Section(
            "stream-appends-on-disk",
            GROUP,
            run -> {
              try (StreamServers disk = new StreamServers(Durability.DISK)) {
                of(run).appends(run, disk, "append of 20 bytes, on disk");
              }
            }));
  }

  private static StreamSections of(BenchRun run) {
    return run.shared(StreamSections.class, StreamSections::new);
  }

  private void appends(BenchRun run) throws Exception {
    appends(run, memory, "append of 20 bytes");
  }

  private void appends(BenchRun run, StreamServers servers, String work) throws Exception {
    LoadComparison duel = new LoadComparison(run, work, servers::redisNanos).withRedis();
    for (Server server : servers.all()) {
      duel.with(server, seconds -> appends(server, seconds));
    }
    duel.goals(null, null).measure();
  }

  /** Appends to new streams, so that no stream grows from round to round. */
  private Load.Result appends(Server server, double seconds) throws Exception {
    List<Buffer> requests = new ArrayList<>();
    names++;
    for (int i = 0; i < PRODUCERS; i++) {
      create(server, path(i));
      requests.add(append(path(i), CHUNK));
    }
    Load.Result result = new Load(vertx, requests, server.port()).ownEach().run(seconds);
    for (int i = 0; i < PRODUCERS; i++) {
      server.call("DELETE", path(i), "");
    }
    return result;
  }

  private String path(int producer) {
    return ROOT + "bench-" + names + "-" + producer;
  }

  private void followers(BenchRun run) throws Exception {
    int count = run.scale().of(1000, 100);
    String path = ROOT + "followed";
    Arrivals arrivals = new Arrivals("<", 14);
    Fanout fanout = new Fanout(run, arrivals, "%014d");
    try (SocketLoad load = new SocketLoad()) {
      for (Server server : memory.all()) {
        create(server, path);
        Consumer<Buffer> writer = load.writer(server);
        load.follow(server, count, path + "?offset=-1&live=sse", arrivals::receiver);
        fanout.with(
            server.name(), server, number -> writer.accept(append(path, "<" + number + ">")));
      }
      fanout
          .measure(count)
          .rows("one append to %,d followers".formatted(count), Goal.ratioAtMost(1.0));
    }
  }

  private void tokens(BenchRun run) throws Exception {
    new StreamTokens(vertx).measure(run, memory.all());
  }

  /** Creates a stream of text. */
  static void create(Server server, String path) throws Exception {
    HttpResponse<String> created = server.call("PUT", path, "", "Content-Type", "text/plain");
    if (created.statusCode() != 201) {
      throw new IllegalStateException(
          server.name() + " creates no stream: " + created.statusCode());
    }
  }

  static Buffer append(String path, String chunk) {
    return RawRequest.of("POST", path, "text/plain", chunk);
  }

  @Override
  public void close() {
    memory.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
