package io.aetherkeep.bench.http;

import io.aetherkeep.bench.load.Load;
import io.aetherkeep.bench.load.RawRequest;
import io.aetherkeep.bench.load.Server;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Benchmark of playback positions of many sessions over HTTP, and their cost in Redis. */
public final class Progress {

  private static final String SESSIONS = "/api/v1/aethercast/sessions";
  private static final String POSITION = "{\"positionMs\":61000}";
  private static final Pattern CALLS = Pattern.compile("cmdstat_(\\S+):calls=([0-9]+)");

  private final Server keep;
  private final EmbeddedRedis redis;

  private Progress(Server keep, EmbeddedRedis redis) {
    this.keep = keep;
    this.redis = redis;
  }

  public static void run(List<String> arguments) throws Exception {
    int sessions = arguments.isEmpty() ? 1000 : Integer.parseInt(arguments.get(0));
    int rounds = arguments.size() < 2 ? 3 : Integer.parseInt(arguments.get(1));
    try (EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
        Server keep = Server.aetherkeep(Map.of("AETHERKEEP_REDIS_URL", redis.url()))) {
      new Progress(keep, redis).measure(sessions, rounds);
    }
  }

  private void measure(int sessions, int rounds) throws Exception {
    for (int i = 0; i < sessions; i++) {
      keep.require("POST", SESSIONS, "{\"id\":\"s" + i + "\"}");
      keep.require(
          "PUT", SESSIONS + "/s" + i + "/playback", "{\"state\":\"playing\",\"podcastId\":\"p1\"}");
    }
    List<Buffer> requests =
        IntStream.range(0, sessions)
            .mapToObj(i -> RawRequest.json("PUT", SESSIONS + "/s" + i + "/playback", POSITION))
            .toList();
    Vertx vertx = Vertx.vertx();
    new Load(vertx, requests, keep.port()).run(5);
    for (int i = 0; i < rounds; i++) {
      long commands = commands();
      Duration cpu = keep.cpu();
      Load.Result result = new Load(vertx, requests, keep.port()).run(6);
      double each = result.answered() / 1000.0;
      System.out.printf(
          "%8.0f positions/s   %5.1f us processor time each   %6.1f Redis commands a 1,000   failed %d%n",
          result.perSecond(),
          (keep.cpu().toNanos() - cpu.toNanos()) / 1e6 / each,
          (commands() - commands) / each,
          result.failed());
    }
    vertx.close();
  }

  /** Returns the number of commands that Redis ran, those in scripts included. */
  private long commands() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", redis.port())) {
      socket.getOutputStream().write("INFO commandstats\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      StringBuilder head = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        head.append((char) c);
      }
      int length = Integer.parseInt(head.substring(1).trim());
      Matcher calls = CALLS.matcher(new String(in.readNBytes(length), StandardCharsets.US_ASCII));
      return calls.results().mapToLong(call -> Long.parseLong(call.group(2))).sum();
    }
  }
}
