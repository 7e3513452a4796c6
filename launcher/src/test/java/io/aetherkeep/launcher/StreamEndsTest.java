package io.aetherkeep.launcher;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ends of streams whose node has died: another node completes the follow-up exactly once. */
@ExtendWith(RedisExtension.class)
class StreamEndsTest {

  private static final String COUNCIL = "/api/v1/council";

  private RunningNode gone;
  private RunningNode other;

  @BeforeEach
  void start(RedisServer redis) {
    Map<String, String> settings = Map.of("AETHERKEEP_REDIS_URL", redis.url());
    gone = RunningNode.start(settings);
    other = RunningNode.start(settings);
  }

  @AfterEach
  void stop() {
    gone.close();
    other.close();
  }

  @Test
  void producerThatDiesWithItsNode_isNoticedByTheOtherNode() throws Exception {
    String path = COUNCIL + "/streams/leased";
    HttpResponse<String> made =
        gone.put(path, "and then", "Content-Type", "text/plain", "Stream-Lease", "5");
    assertEquals(201, made.statusCode());
    try (EventStream events = EventStream.open(other.url() + path + "?offset=-1&live=sse")) {
      assertEquals("and then", events.next().data());
      assertEquals("control", events.next().name());
      gone.close();
      JsonObject end = new JsonObject(events.next().data());
      assertEquals(true, end.getBoolean("streamClosed"));
      assertEquals(true, end.getBoolean("streamAbandoned"));
      assertEquals("end", events.next().name());
    }
    HttpResponse<String> late = other.post(path, "late", "Content-Type", "text/plain");
    assertEquals(409, late.statusCode());
    assertEquals("true", late.headers().firstValue("Stream-Closed").orElse(""));
  }

  /** The node dies after appending to the history, and before recording that in the stream. */
  @Test
  void text_isOnceInTheHistory_thoughItsNodeDiedBeforeItNotedThat(RedisServer redis)
      throws Exception {
    String session =
        new JsonObject(gone.post(COUNCIL + "/sessions", "{\"userId\":\"u1\"}").body())
            .getString("id");
    String path = COUNCIL + "/streams/answer/1";
    gone.put(
        path,
        "[{\"delta\":\"It is \"}]",
        "Stream-Session",
        session,
        "Stream-Text",
        "/delta",
        "Stream-Status",
        "request/r1");
    assertEquals("streaming", status());
    gone.post(path, "[{\"delta\":\"small.\"}]", "Stream-Closed", "true");
    try (ForeignClient foreign = redis.foreign(1)) {
      await().until(() -> "1".equals(foreign.text("HGET", "stream:answer/1", "finished")));
      assertEquals(List.of("It is small."), history(session));
      gone.close();
      foreign.send("HSET", "stream:answer/1", "finished", "");
      foreign.send("ZADD", "index:streams-due", "1", "answer/1");
      await().until(() -> "1".equals(foreign.text("HGET", "stream:answer/1", "finished")));
    }
    assertEquals(List.of("It is small."), history(session));
    assertEquals("completed", status());
  }

  private String status() throws Exception {
    return new JsonObject(other.get(COUNCIL + "/status/request/r1").body()).getString("status");
  }

  private List<String> history(String session) throws Exception {
    String body = other.get(COUNCIL + "/sessions/" + session + "/history").body();
    JsonArray messages = new JsonObject(body).getJsonArray("items");
    return messages.stream().map(message -> ((JsonObject) message).getString("content")).toList();
  }
}
