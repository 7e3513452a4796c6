package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A value of a wrong type at any key of the catalogue: no answer is 500, a refusal names the key,
 * and writes or deletions repair it.
 */
@ExtendWith(RedisExtension.class)
class WrongTypesSystemTest {

  /** A request, with ID in place of a round's id. */
  private record Request(String method, String path, String body, List<String> headers) {}

  private static final String TEXT = "text/plain";

  private static Request of(String method, String path, String body, String... headers) {
    return new Request(method, path, body, List.of(headers));
  }

  /** Writes that create everything that can be read. */
  private static final List<Request> WRITES =
      List.of(
          of("POST", "/sessions", "{\"id\": \"sID\", \"userId\": \"uID\"}"),
          of("PATCH", "/sessions/sID", "{\"a\": \"1\"}"),
          of("POST", "/sessions/sID/touch", ""),
          of("POST", "/sessions/sID/extend", "{\"ttlSeconds\": 900}"),
          of(
              "PUT",
              "/sessions/sID/playback",
              "{\"podcastId\": \"pID\", \"state\": \"playing\", \"positionMs\": 1, \"seq\": 1}"),
          of("POST", "/sessions/sID/history", "{\"role\": \"user\", \"content\": \"x\"}"),
          of("POST", "/sessions/sID/ticket", ""),
          of("PUT", "/caches/topic/tID", "{}", "Cache-Tags", "gID"),
          of("PUT", "/caches/topics", "[]"),
          of("PUT", "/caches/snippet/nID", "{}"),
          of("PUT", "/caches/snippet-page/tID/1", "[]"),
          of("PUT", "/caches/user/vID", "{}"),
          of("PUT", "/caches/user-keywords/vID", "[]"),
          of("PUT", "/caches/keyword-posts/kID", "[]"),
          of("PUT", "/caches/keyword-trend/kID", "{}"),
          of("PUT", "/caches/content/oID", "{}"),
          of("PUT", "/caches/metrics/mID/d", "{}"),
          of("PUT", "/caches/script/hID", "{}"),
          of("PUT", "/configs/cID", "{\"a\": 1}"),
          of("PUT", "/configs/cID", "{\"a\": 2}"),
          of("PUT", "/status/podcast/aID", "{\"status\": \"queued\"}"),
          of("PUT", "/status/request/aID", "{\"status\": \"pending\", \"progress\": 1}"),
          of("PUT", "/status/crawl/aID", "{\"status\": \"running\"}"),
          of("PUT", "/status/crawl/aID", "{\"status\": \"completed\"}"),
          of("PUT", "/status/deploy/aID", "{\"status\": \"running\"}"),
          of("PUT", "/status/deploy/aID", "{\"status\": \"completed\"}"),
          of("POST", "/providers/rID/outcomes", "{\"success\": true, \"latencyMs\": 5}"),
          of("PUT", "/providers/rID/health", "{\"status\": \"degraded\"}"),
          of("POST", "/providers/rID/disable", "{\"reason\": \"r\"}"),
          of("POST", "/providers/rID/enable", "{}"),
          of("PUT", "/streams/wID", "a", "Content-Type", TEXT),
          of(
              "POST",
              "/streams/wID",
              "b",
              "Content-Type",
              TEXT,
              "Producer-Id",
              "p",
              "Producer-Epoch",
              "0",
              "Producer-Seq",
              "0"),
          of("PUT", "/streams/yID", "", "Content-Type", TEXT, "Stream-Forked-From", "wID"));

  /** Keys that exist only for a moment or in other circumstances, and their types. */
  private static final Map<String, String> SELDOM =
      Map.ofEntries(
          Map.entry("claim:{cache:topic:tID}", "string"),
          Map.entry("stale:{cache:topic:tID}", "hash"),
          Map.entry("tail:{session:sID}", "list"),
          Map.entry("appends:{session:sID}", "hash"),
          Map.entry("logout:{index:user-sessions:uID}", "string"),
          Map.entry("turns:uID", "hash"),
          Map.entry("index:ended-sessions", "zset"),
          Map.entry("index:histories-pending", "zset"),
          Map.entry("index:providers-due", "zset"),
          Map.entry("index:loads:topic", "zset"));

  /** Keys that nothing uses here: histories, origins, feeds of unchanged statuses. */
  private static final Set<String> UNUSED =
      Set.of(
          "stale:{cache:topic:tID}",
          "tail:{session:sID}",
          "appends:{session:sID}",
          "logout:{index:user-sessions:uID}",
          "turns:uID",
          "index:histories-pending",
          "index:providers-due",
          "index:loads:topic",
          "feed:status:podcast:aID",
          "feed:status:request:aID",
          "feed:status:crawl:aID",
          "feed:status:deploy:aID",
          "children:{cache:podcast_status:aID}",
          "children:{request:status:aID}",
          "children:{crawl:status:aID}",
          "children:{deploy:status:aID}",
          "durations:status:crawl",
          "durations:status:deploy");

  private static final List<Request> READS =
      List.of(
          of("GET", "/sessions/sID", ""),
          of("GET", "/sessions?limit=1000", ""),
          of("GET", "/users/uID/sessions", ""),
          of("GET", "/stats/sessions", ""),
          of("GET", "/sessions/sID/history", ""),
          of("GET", "/sessions/sID/playback", ""),
          of("GET", "/podcasts/pID/listeners", ""),
          of("GET", "/playback/top", ""),
          of("GET", "/stats/playback", ""),
          of("GET", "/caches/topic/tID", ""),
          of("GET", "/caches/topic?id=tID", ""),
          of("GET", "/caches/topics", ""),
          of("GET", "/caches/snippet/nID", ""),
          of("GET", "/caches/snippet-page/tID/1", ""),
          of("GET", "/caches/user/vID", ""),
          of("GET", "/caches/user-keywords/vID", ""),
          of("GET", "/caches/keyword-posts/kID", ""),
          of("GET", "/caches/keyword-trend/kID", ""),
          of("GET", "/caches/content/oID", ""),
          of("GET", "/caches/metrics/mID/d", ""),
          of("GET", "/caches/script/hID", ""),
          of("POST", "/caches/invalidate", "{\"tag\": \"gID\", \"dryRun\": true}"),
          of(
              "POST",
              "/caches/invalidate",
              "{\"keyspace\": \"topic\", \"pattern\": \"tID*\", \"dryRun\": true}"),
          of("GET", "/stats/caches", ""),
          of("GET", "/configs/cID", ""),
          of("GET", "/configs/cID/versions", ""),
          of("POST", "/configs/cID/rollback", "{\"version\": 1}"),
          of("GET", "/status/podcast/aID", ""),
          of("GET", "/status/request/aID", ""),
          of("GET", "/status/crawl/aID", ""),
          of("GET", "/status/deploy/aID", ""),
          of("GET", "/status/request?id=aID", ""),
          of("GET", "/status/request", ""),
          of("GET", "/providers/health", ""),
          of("GET", "/providers/rID/health", ""),
          of("GET", "/streams/wID", ""),
          of("GET", "/streams/yID", ""));

  private static final List<Request> DELETES =
      List.of(
          of("POST", "/sessions/sID/rotate", ""),
          of("DELETE", "/sessions/sID", ""),
          of("DELETE", "/users/uID/sessions", ""),
          of("POST", "/caches/invalidate", "{\"tag\": \"gID\"}"),
          of("DELETE", "/caches/topic/tID", ""),
          of("DELETE", "/configs/cID", ""),
          of("POST", "/streams/wID/stop", "{\"reason\": \"r\"}"),
          of("DELETE", "/streams/yID", ""),
          of("DELETE", "/streams/wID", ""));

  private HttpResponse<String> send(RunningNode node, String api, String id, Request request)
      throws Exception {
    List<String> headers = new ArrayList<>(request.headers());
    if (!headers.contains("Content-Type") && !request.body().isEmpty()) {
      headers.addAll(
          0,
          List.of(
              "Content-Type",
              request.method().equals("PATCH")
                  ? "application/merge-patch+json"
                  : "application/json"));
    }
    headers.replaceAll(each -> each.replace("ID", id).replace("Producer-" + id, "Producer-Id"));
    return node.request(
        request.method(),
        api + request.path().replace("ID", id),
        request.body().replace("ID", id),
        headers.toArray(String[]::new));
  }

  private void all(RunningNode node, String api, String id, List<Request> requests)
      throws Exception {
    for (Request request : requests) {
      send(node, api, id, request);
    }
  }

  private static void plant(ForeignClient redis, String key, String right) {
    redis.send("DEL", key);
    if (right.equals("string")) {
      redis.send("RPUSH", key, "wrong");
    } else {
      redis.send("SET", key, "wrong");
    }
  }

  /** Wrong answers while a key holds a value of another type. */
  private List<String> faults(RunningNode node, String api, String id, String key)
      throws Exception {
    List<String> faults = new ArrayList<>();
    for (List<Request> some : List.of(READS, WRITES, READS, DELETES)) {
      for (Request request : some) {
        HttpResponse<String> response = send(node, api, id, request);
        boolean refused = response.statusCode() == 422;
        if (response.statusCode() >= 500 || (refused && !isNamed(response.body(), key))) {
          faults.add(key + ": " + request + " " + response.statusCode() + response.body());
        }
      }
    }
    return faults;
  }

  /**
   * Whether the refusal names the key. A chunk is named without its number; a fork names damaged
   * inherited data.
   */
  private static boolean isNamed(String body, String key) {
    return body.contains(key.replaceFirst("(?<=^chunk:.{1,99}):0$", ""))
        || body.contains("changed a part of the stream");
  }

  /** Requests that are still refused after everything was written, read and deleted. */
  private List<String> refused(RunningNode node, String api, String id, String key)
      throws Exception {
    List<String> refused = new ArrayList<>();
    for (List<Request> some : List.of(WRITES, READS)) {
      for (Request request : some) {
        HttpResponse<String> response = send(node, api, id, request);
        if (response.statusCode() >= 500 || response.statusCode() == 422) {
          refused.add(key + ": " + request + " " + response.statusCode() + response.body());
        }
      }
    }
    return refused;
  }

  /** The keys of a round by their templates, with those that exist only for a moment. */
  private static Map<String, String> templates(ForeignClient redis, Dialect dialect) {
    Map<String, String> templates = new TreeMap<>(SELDOM);
    for (String key : redis.keysBut("canary:")) {
      Keyspaces.ALL.stream()
          .filter(keyspace -> Set.of(Dialect.ANY, dialect).contains(keyspace.dialect()))
          .filter(keyspace -> keyspace.pattern().parse(key).isPresent())
          .filter(keyspace -> !keyspace.equals(Keyspaces.TICKETS))
          .forEach(
              keyspace -> templates.put(key.replace("q0q", "ID"), keyspace.layout().redisType()));
    }
    return templates;
  }

  @ParameterizedTest
  @CsvSource({"aethercast, 0, AETHERCAST", "council, 1, COUNCIL"})
  void aValueOfAnotherTypeAtAnyKey_isNamedAndRepaired(
      String space, int database, Dialect dialect, RedisServer server) throws Exception {
    String api = "/api/v1/" + space;
    try (RunningNode node = RunningNode.start(Map.of("AETHERKEEP_REDIS_URL", server.url()));
        ForeignClient redis = server.foreign(database)) {
      all(node, api, "q0q", WRITES);
      Map<String, String> templates = templates(redis, dialect);
      assertTrue(templates.size() > 50, templates::toString);
      List<String> faults = new ArrayList<>();
      int round = 1;
      for (Map.Entry<String, String> template : templates.entrySet()) {
        String id = "q" + round++ + "q";
        String key = template.getKey().replace("ID", id);
        all(node, api, id, WRITES);
        plant(redis, key, template.getValue());
        String wrong = redis.text("TYPE", key);
        faults.addAll(faults(node, api, id, key));
        // Ids of ended sessions cannot be reused.
        faults.addAll(refused(node, api, key.contains("session") ? id + "x" : id, key));
        if (!UNUSED.contains(template.getKey()) && redis.text("TYPE", key).equals(wrong)) {
          faults.add(key + " still holds a " + wrong);
        }
        redis.send("DEL", key);
      }
      assertEquals(List.of(), faults);
    }
  }
}
