package io.aetherkeep.bench.http;

import io.aetherkeep.bench.load.H2Load;
import io.aetherkeep.bench.load.Load;
import io.aetherkeep.bench.load.LoadComparison;
import io.aetherkeep.bench.load.RawRequest;
import io.aetherkeep.bench.load.Rig;
import io.aetherkeep.bench.load.Server;
import io.aetherkeep.bench.load.TlsFiles;
import io.aetherkeep.bench.report.BenchRun;
import io.aetherkeep.bench.report.Goal;
import io.aetherkeep.bench.report.Section;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Comparisons of reads: cached entries over HTTP/1.1 and HTTP/2, and sessions that slide. */
public final class Reads {

  /** Group of all comparisons of requests. */
  static final String GROUP = "Requests";

  /** Stored entry of 600 bytes. */
  public static final String VALUE = "{\"topic_id\": \"t\", \"text\": \"" + "x".repeat(572) + "\"}";

  static final String ENTRY = "/api/v1/aethercast/caches/topic/t";
  static final String SESSION = "/api/v1/aethercast/sessions/t";
  static final String SESSION_VALUE =
      "{\"user_id\": \"u#\", \"preferences\": {\"preferred_topics\": [\""
          + "x".repeat(400)
          + "\"], \"playback_speed_default\": 1.0}, \"active_podcast_stream_id\": null,"
          + " \"last_activity_timestamp\": \"2026-11-21T04:01:45.551402\"}";

  private Reads() {}

  public static List<Section> sections() {
    return List.of(
        new Section("near-hit", GROUP, Reads::nearHit),
        new Section("cached-get", GROUP, Reads::cachedGet),
        new Section("http2", GROUP, Reads::http2),
        new Section("session-read", GROUP, Reads::sessionRead));
  }

  /** Compares a near-cache hit with a constant of the same size, and with the peers. */
  private static void nearHit(BenchRun run) throws Exception {
    Rig rig = Rig.of(run);
    rig.fill("cache:topic:t", Rig.ENTRIES, VALUE);
    requireSame(rig.node(), ENTRY + 7, VALUE);
    List<Buffer> gets = Rig.gets(ENTRY);
    // Warms the node up, so that its code is compiled before anything is measured.
    new Load(rig.vertx(), gets, rig.node().port()).run(2 * run.scale().warmUp());
    new LoadComparison(run, "near-cache hit", rig::redisNanos)
        .with(rig.vertx(), rig.node(), gets)
        .with(rig.vertx(), rig.bare("constant-server"), gets)
        .goals(Goal.ratioAtMost(1.0), null)
        .measure();
    List<Server> peers = Peers.onRedis(rig.redis().url() + "/0", rig.redis().port());
    if (!peers.isEmpty()) {
      LoadComparison beside =
          new LoadComparison(run, "near-cache hit", rig::redisNanos)
              .with(rig.vertx(), rig.node(), gets);
      peers.forEach(peer -> beside.with(rig.vertx(), peer, Rig.gets(Peers.entry(peer))));
      beside.withRedis().measure();
    }
    peers.forEach(Server::close);
  }

  private static void cachedGet(BenchRun run) throws Exception {
    Rig rig = Rig.of(run);
    rig.fill("cache:topic:t", Rig.ENTRIES, VALUE);
    requireSame(rig.withoutNearCache(), ENTRY + 7, VALUE);
    new LoadComparison(run, "cached GET from Redis", rig::redisNanos)
        .with(rig.vertx(), rig.withoutNearCache(), Rig.gets(ENTRY))
        .with(rig.vertx(), rig.bare("bare-server", "get"), Rig.gets(ENTRY))
        .goals(Goal.ratioAtMost(1.0), Goal.ratioAtLeast(1.0))
        .measure();
  }

  private static void http2(BenchRun run) throws Exception {
    Rig rig = Rig.of(run);
    rig.fill("cache:topic:t", Rig.ENTRIES, VALUE);
    TlsFiles tls = Rig.tls();
    String certificate = tls.certificate().toString();
    String key = tls.key().toString();
    Server node =
        rig.node(
            "TLS",
            Map.of(
                "AETHERKEEP_NEAR_SIZE", "0",
                "AETHERKEEP_HTTP_TLS_CERTIFICATE", certificate,
                "AETHERKEEP_HTTP_TLS_KEY", key));
    Server bare =
        rig.bare(
            Map.of("TLS_CERTIFICATE", certificate, "TLS_KEY", key), "bare-server", "get", "tls");
    List<String> paths = IntStream.range(0, Rig.ENTRIES).mapToObj(i -> ENTRY + i).toList();
    new LoadComparison(run, "cached GET from Redis, HTTP/2 over TLS", rig::redisNanos)
        .with(node, seconds -> new H2Load(rig.vertx(), paths, node.port()).run(seconds))
        .with(bare, seconds -> new H2Load(rig.vertx(), paths, bare.port()).run(seconds))
        .goals(null, Goal.ratioAtLeast(0.9))
        .measure();
    rig.end(node);
    rig.end(bare);
  }

  private static void sessionRead(BenchRun run) throws Exception {
    Rig rig = Rig.of(run);
    rig.fill("session:t", Rig.ENTRIES, SESSION_VALUE);
    rig.node().require("GET", SESSION + 7, "");
    new LoadComparison(run, "session read, sliding", rig::redisNanos)
        .with(rig.vertx(), rig.node(), Rig.gets(SESSION))
        .with(rig.vertx(), rig.bare("bare-server", "getex"), Rig.gets(SESSION))
        .goals(Goal.ratioAtMost(1.1), Goal.ratioAtLeast(1.0))
        .measure();
    Server near = rig.node("near", Map.of("AETHERKEEP_SPACES_AETHERCAST_NEAR_SESSIONS", "60s"));
    new LoadComparison(run, "session read, near copies", rig::redisNanos)
        .with(rig.vertx(), near, Rig.gets(SESSION))
        .with(rig.vertx(), rig.bare("bare-server", "getex"), Rig.gets(SESSION))
        .goals(null, Goal.ratioAtLeast(1.3))
        .measure();
    rig.end(near);
    List<Server> peers = Peers.withSessions(rig.redis().url() + "/0");
    if (!peers.isEmpty()) {
      LoadComparison beside =
          new LoadComparison(run, "session read, sliding", rig::redisNanos)
              .with(rig.vertx(), rig.node(), Rig.gets(SESSION));
      for (Server peer : peers) {
        List<Buffer> own =
            Peers.openSessions(peer, run.scale().of(200, 20)).stream()
                .map(cookie -> RawRequest.get("/session", "cookie: " + cookie))
                .toList();
        beside.with(rig.vertx(), peer, own);
      }
      beside.withRedis().measure();
    }
    peers.forEach(Server::close);
  }

  /** Requires that a node answers with the stored bytes. */
  private static void requireSame(Server server, String path, String value) throws Exception {
    String answer = server.require("GET", path, "");
    if (!answer.equals(value)) {
      throw new IllegalStateException(server.name() + " does not serve " + value + ": " + answer);
    }
  }
}
