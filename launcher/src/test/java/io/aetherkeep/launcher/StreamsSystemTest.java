package io.aetherkeep.launcher;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Streams that are written on one node and followed on another. */
@ExtendWith(RedisExtension.class)
class StreamsSystemTest {

  private static final String STREAMS = "/api/v1/aethercast/streams/";
  private static final String CHAT = STREAMS + "chat/42";

  private RunningNode writer;
  private RunningNode reader;

  @BeforeEach
  void start(RedisServer redis) {
    Map<String, String> settings =
        Map.of("AETHERKEEP_REDIS_URL", redis.url(), "AETHERKEEP_STREAMS_LONG_POLL", "20s");
    writer = RunningNode.start(settings);
    reader = RunningNode.start(settings);
  }

  @AfterEach
  void stop() {
    writer.close();
    reader.close();
  }

  /** Creates a stream of JSON messages; {@code []} without any. */
  private void create(String path, String json) throws Exception {
    assertEquals(201, writer.put(path, json).statusCode());
  }

  private void append(String path, int n) throws Exception {
    assertEquals(204, writer.post(path, "{\"n\":" + n + "}").statusCode());
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private static void assertControl(JsonObject expected, EventStream.Event event) {
    assertEquals("control", event.name(), event::data);
    JsonObject control = new JsonObject(event.data());
    for (String field : expected.fieldNames()) {
      assertEquals(expected.getValue(field), control.getValue(field), control::encode);
    }
  }

  @Test
  void sse_bringsWhatAnotherNodeAppends_andHowItEnds() throws Exception {
    create(CHAT, "[]");
    append(CHAT, 1);
    JsonObject upToDate = new JsonObject().put("upToDate", true);
    try (EventStream events = EventStream.open(reader.url() + CHAT + "?offset=-1&live=sse")) {
      assertEquals("[{\"n\":1}]", events.next().data());
      assertControl(upToDate, events.next());
      append(CHAT, 2);
      assertEquals("[{\"n\":2}]", events.next().data());
      assertControl(upToDate, events.next());
      assertEquals(200, writer.post(CHAT + "/stop", "{\"reason\":\"enough\"}").statusCode());
      assertControl(
          new JsonObject().put("streamClosed", true).put("streamStopped", "enough"), events.next());
      assertEquals("end", events.next().name());
    }
  }

  /** All encodings of a path are one stream, at the URL of its space and at the protocol's. */
  @Test
  void pathOfEncodedSegments_isOneStream_atBothAddresses() throws Exception {
    create(STREAMS + "a%2Croom/%C3%A9t%C3%A9", "[]");
    append("/v1/stream/a,room/%c3%a9t%C3%A9", 1);
    assertEquals("[{\"n\":1}]", reader.get(STREAMS + "a%2Croom/%C3%A9t%C3%A9").body());
    assertEquals(404, reader.get(STREAMS + "a%2Croom").statusCode());
    assertEquals(400, reader.get("/v1/stream/a%2Croom/%C3").statusCode());
  }

  @Test
  void longPoll_isAnsweredWithWhatAnotherNodeAppends_andSaysTheEnd() throws Exception {
    create(CHAT, "[]");
    String offset = header(writer.get(CHAT), "Stream-Next-Offset");
    var waiting = get(reader, CHAT + "?live=long-poll&offset=" + offset);
    append(CHAT, 1);
    HttpResponse<String> answer = waiting.get(20, TimeUnit.SECONDS);
    assertEquals("[{\"n\":1}]", answer.body());
    assertEquals("true", header(answer, "Stream-Up-To-Date"));
    waiting = get(reader, CHAT + "?live=long-poll&offset=" + header(answer, "Stream-Next-Offset"));
    writer.post(CHAT, "", "Stream-Closed", "true");
    answer = waiting.get(20, TimeUnit.SECONDS);
    assertEquals(204, answer.statusCode());
    assertEquals("true", header(answer, "Stream-Closed"));
  }

  /** Each poll at the tail gets other bytes. */
  @Test
  void longPoll_ofTheTail_isNotForCaches() throws Exception {
    create(CHAT, "[]");
    var waiting = get(reader, CHAT + "?live=long-poll&offset=now");
    await()
        .until(
            () -> {
              append(CHAT, 1);
              return waiting.isDone();
            });
    HttpResponse<String> answer = waiting.get(20, TimeUnit.SECONDS);
    assertEquals(200, answer.statusCode());
    assertEquals("no-store", header(answer, "Cache-Control"));
    assertEquals("", header(answer, "ETag"));
  }

  private static CompletableFuture<HttpResponse<String>> get(RunningNode node, String path) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return node.get(path);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void producer_receivesAStopOnAnotherNode_whileItWaits_andWhenItAppends() throws Exception {
    create(CHAT, "[]");
    append(CHAT, 1);
    var watching = get(writer, CHAT + "?watch=stop");
    assertEquals(200, reader.post(CHAT + "/stop", "{\"reason\":\"wrong answer\"}").statusCode());
    assertEquals(
        new JsonObject("{\"closed\":true,\"stopped\":\"wrong answer\",\"abandoned\":false}"),
        new JsonObject(watching.get(20, TimeUnit.SECONDS).body()));
    HttpResponse<String> refused = writer.post(CHAT, "{\"n\":2}");
    assertEquals(409, refused.statusCode());
    assertEquals("true", header(refused, "Stream-Stopped"));
    HttpResponse<String> again = reader.post(CHAT + "/stop", "{\"reason\":\"once more\"}");
    assertEquals("wrong answer", new JsonObject(again.body()).getString("stopped"));
    assertEquals("[{\"n\":1}]", reader.get(CHAT).body());
  }

  @Test
  void producer_isSentTheStopOnAnotherNode_betweenTwoAppends() throws Exception {
    create(CHAT, "[]");
    append(CHAT, 1);
    try (EventStream events = EventStream.open(writer.url() + CHAT + "?watch=stop&live=sse")) {
      append(CHAT, 2);
      assertEquals(200, reader.post(CHAT + "/stop", "{\"reason\":\"enough\"}").statusCode());
      EventStream.Event event = events.next();
      assertEquals("ended", event.name());
      assertEquals(
          new JsonObject("{\"closed\":true,\"stopped\":\"enough\",\"abandoned\":false}"),
          new JsonObject(event.data()));
      assertEquals("end", events.next().name());
    }
    HttpResponse<String> late = writer.get(CHAT + "?watch=stop");
    assertEquals("true", header(late, "Stream-Stopped"));
    assertEquals("enough", new JsonObject(late.body()).getString("stopped"));
    assertEquals(404, writer.get(STREAMS + "none?watch=stop&live=sse").statusCode());
    assertEquals("[{\"n\":1},{\"n\":2}]", reader.get(CHAT).body());
  }

  @Test
  void socket_seesCreation_appends_theEnd_andDeletion() throws Exception {
    try (LiveSocket socket = LiveSocket.of(reader.url(), session())) {
      assertTrue(socket.ask("watch", "topic", "stream/chat/42").containsKey("ok"));
      assertNull(socket.next().getValue("data"));
      create(CHAT, "[{\"n\":1}]");
      assertEquals(messages(1), socket.next().getJsonObject("data").getJsonArray("messages"));
      for (int n = 2; n < 50; n++) {
        append(CHAT, n);
        JsonObject frame = socket.next();
        assertEquals(messages(n), frame.getJsonObject("data").getJsonArray("messages"));
      }
      writer.post(CHAT, "", "Stream-Closed", "true");
      assertTrue(socket.next().getJsonObject("data").getBoolean("closed"));
      writer.delete(CHAT);
      assertNull(socket.next().getValue("data"));
      create(CHAT, "[{\"n\":7}]");
      assertEquals(messages(7), socket.next().getJsonObject("data").getJsonArray("messages"));
    }
  }

  private String session() throws Exception {
    String made = writer.post("/api/v1/aethercast/sessions", "{}").body();
    return new JsonObject(made).getString("id");
  }

  private static JsonArray messages(int n) {
    return new JsonArray().add(new JsonObject().put("n", n));
  }

  /** The socket becomes writable repeatedly during its reads. */
  @Test
  void socketOfManyStreams_getsEachPartOnce() throws Exception {
    int streams = 20;
    String blank = "{\"n\":\"" + "x".repeat(20_000) + "\"}";
    for (int s = 0; s < streams; s++) {
      create(STREAMS + "many/" + s, "[" + (blank + ",").repeat(40) + blank + "]");
    }
    try (LiveSocket socket = LiveSocket.of(reader.url(), session())) {
      for (int s = 0; s < streams; s++) {
        socket.send(
            new JsonObject()
                .put("op", "watch")
                .put("id", "w" + s)
                .put("topic", "stream/many/" + s));
      }
      int parts = 0;
      for (int open = streams; open > 0; ) {
        JsonObject frame = socket.next();
        JsonObject data = frame.getJsonObject("data");
        if (data != null) {
          parts += data.getJsonArray("messages").size();
          open -= Boolean.TRUE.equals(data.getBoolean("upToDate")) ? 1 : 0;
        }
      }
      assertEquals(streams * 41, parts);
      assertTrue(socket.ask("ping").containsKey("ok"));
    }
  }

  @Test
  void socketWithALostOffset_getsAnError_andStartsAgain() throws Exception {
    create(CHAT, "[{\"n\":1}]");
    String offset = header(reader.get(CHAT), "Stream-Next-Offset");
    writer.delete(CHAT);
    create(CHAT, "[{\"n\":2}]");
    assertEquals(410, reader.get(CHAT + "?offset=" + offset).statusCode());
    try (LiveSocket socket = LiveSocket.of(reader.url(), session())) {
      socket.ask("watch", "topic", "stream/chat/42", "offset", offset);
      JsonObject first = socket.next();
      assertEquals(false, first.getBoolean("recovered"));
      assertEquals(messages(2), first.getJsonObject("data").getJsonArray("messages"));
      append(CHAT, 3);
      JsonObject second = socket.next();
      assertFalse(second.containsKey("recovered"), second::encode);
      assertEquals(messages(3), second.getJsonObject("data").getJsonArray("messages"));
    }
  }
}
