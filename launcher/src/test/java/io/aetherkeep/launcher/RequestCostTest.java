package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Cost of the hottest requests on a whole node: Redis commands that name their key, and bytes that
 * the event loops allocate. Counts hold on any machine, so a regression fails here and not only in
 * a benchmark.
 */
@ExtendWith(RedisExtension.class)
class RequestCostTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int WARM_UP = 200;
  private static final int ROUNDS = 4;
  private static final int A_ROUND = 100;

  private RunningNode node;
  private ForeignClient monitor;
  private ForeignClient redis;
  private int marks;

  /** One request; the number makes its content different from the previous one. */
  private interface Call {
    HttpResponse<String> send(int number) throws Exception;
  }

  @BeforeEach
  void start(RedisServer server) {
    node =
        RunningNode.start(
            Map.of("AETHERKEEP_REDIS_URL", server.url(), "AETHERKEEP_EVENT_LOOPS", "1"));
    redis = server.foreign(0);
    monitor = server.foreign(0);
    monitor.send("MONITOR");
  }

  @AfterEach
  void stop() {
    monitor.close();
    redis.close();
    node.close();
  }

  @Test
  void cachedRead_fromTheNearCache_asksRedisNothing() throws Exception {
    node.put("/api/v1/aethercast/caches/topic/hot1", "{\"a\":1}");
    holds("hot1", 0, 7_000, i -> node.get("/api/v1/aethercast/caches/topic/hot1"));
  }

  @Test
  void cachedWrite_isOneScript_andOneMessageToOtherNodes() throws Exception {
    holds(
        "hot2",
        2,
        34_000,
        i -> node.put("/api/v1/aethercast/caches/topic/hot2", "{\"a\":" + i + "}"));
  }

  @Test
  void sessionRead_slidesTheLifetime_inTwoCommands() throws Exception {
    String path = session("aethercast");
    holds(id(path), 2, 18_500, i -> node.get(path));
  }

  @Test
  void sessionPatch_isTwoScripts_andOneMessageToOtherNodes() throws Exception {
    String path = session("aethercast");
    holds(id(path), 3, 46_000, i -> node.patch(path, "{\"preferences\":{\"volume\":" + i + "}}"));
  }

  @Test
  void historyAppend_isOneScript_oneMessage_andAtMostOneFlush() throws Exception {
    String path = session("council");
    holds(
        id(path),
        4,
        41_000,
        i -> node.post(path + "/history", "{\"role\":\"user\",\"content\":\"" + i + "\"}"));
  }

  @Test
  void playbackReport_isTenCommands() throws Exception {
    String path = session("aethercast");
    node.put(path + "/playback", "{\"state\":\"playing\",\"podcastId\":\"p1\"}");
    holds(
        id(path),
        10,
        90_000,
        i ->
            node.put(
                path + "/playback",
                "{\"state\":\"playing\",\"podcastId\":\"p1\",\"positionMs\":" + i + "}"));
  }

  @Test
  void statusWrite_andRead() throws Exception {
    String path = "/api/v1/aethercast/status/podcast/hot7";
    holds(
        "hot7",
        2,
        45_000,
        i ->
            node.put(
                path,
                "{\"podcast_id\":\"hot7\",\"status\":\"generating_script\",\"n\":" + i + "}"));
    holds("hot7", 3, 27_000, i -> node.get(path));
  }

  @Test
  void streamAppend_isOneScript() throws Exception {
    String path = "/api/v1/aethercast/streams/hot9";
    node.request("PUT", path, "", "Content-Type", "text/plain");
    holds(
        "hot9", 1, 12_700, i -> node.request("POST", path, "t" + i, "Content-Type", "text/plain"));
  }

  private String session(String space) throws Exception {
    HttpResponse<String> opened =
        node.post("/api/v1/" + space + "/sessions", "{\"userId\":\"u1\"}");
    return opened.headers().firstValue("Location").orElseThrow();
  }

  private static String id(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private void holds(String key, long commands, long bytes, Call call) throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      ok(call.send(i));
    }
    long sent = Long.MAX_VALUE;
    long allocated = Long.MAX_VALUE;
    for (int round = 1; round <= ROUNDS; round++) {
      mark();
      long before = allocated();
      for (int i = 0; i < A_ROUND; i++) {
        ok(call.send(1000 * round + i));
      }
      allocated = Math.min(allocated, (allocated() - before) / A_ROUND);
      sent = Math.min(sent, commandsNaming(key));
    }
    long average = (sent + A_ROUND - 1) / A_ROUND;
    assertTrue(average <= commands, average + " commands, not " + commands);
    long took = allocated;
    assertTrue(took <= bytes, () -> took + " bytes a request, more than " + bytes);
  }

  private static void ok(HttpResponse<String> answer) {
    assertTrue(answer.statusCode() < 300, () -> answer.statusCode() + " " + answer.body());
  }

  private static long allocated() {
    long[] loops =
        Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
            .filter(thread -> thread != null && thread.getThreadName().contains("eventloop"))
            .mapToLong(thread -> thread.getThreadId())
            .toArray();
    return LongStream.of(THREADS.getThreadAllocatedBytes(loops)).sum();
  }

  /** Reads past all that Redis received until now. */
  private void mark() {
    commandsNaming("");
  }

  /** The number of commands with a key since the last mark, without those of scripts. */
  private long commandsNaming(String key) {
    String mark = "mark-" + ++marks;
    redis.send("ECHO", mark);
    long all = 0;
    for (String next = monitor.monitored(); !next.contains(mark); next = monitor.monitored()) {
      all += next.contains(key) && !next.contains(" lua]") ? 1 : 0;
    }
    return all;
  }
}
