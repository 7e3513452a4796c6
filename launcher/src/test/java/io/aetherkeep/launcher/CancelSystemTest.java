package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.launcher.EventStream.Event;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Cancel requests that are sent to one node and received by a worker on another. */
class CancelSystemTest extends TwoNodes {

  private static final String JOB = "/api/v1/aethercast/status/crawl/c1";
  private static final String RUNNING = "{\"status\": \"running\", \"progress\": 10}";
  private static final String REASON = "Feierabend \u2013 \u201egenug\u201c";
  private static final String BODY = new JsonObject().put("reason", REASON).encode();

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private JsonObject cancel() throws Exception {
    HttpResponse<String> response = other.post(JOB + "/cancel", BODY);
    assertEquals(202, response.statusCode(), response.body());
    return new JsonObject(response.body()).getJsonObject("cancelRequested");
  }

  private String session() throws Exception {
    return new JsonObject(node.post("/api/v1/aethercast/sessions", "{}").body()).getString("id");
  }

  private static void assertRequest(String json, JsonObject request) {
    assertEquals(request, new JsonObject(json));
    assertEquals(REASON, request.getString("reason"));
  }

  @Test
  void aWorkerBetweenTwoUpdates_hearsIt() throws Exception {
    HttpResponse<String> put = node.put(JOB, RUNNING);
    // No long poll is open now: the next one returns at once.
    JsonObject request = cancel();
    HttpResponse<String> poll = node.get(JOB + "?wait=60", "If-None-Match", header(put, "ETag"));
    assertEquals(200, poll.statusCode());
    assertEquals(RUNNING, poll.body());
    String said = header(poll, "Status-Cancel-Requested");
    assertEquals(
        request.getString("requestedAt")
            + "; reason=%\"Feierabend%20%e2%80%93%20%e2%80%9egenug%e2%80%9c\"",
        said);
    assertEquals(
        304, node.get(JOB + "?wait=1", "If-None-Match", header(poll, "ETag")).statusCode());
    HttpResponse<String> next = node.put(JOB, "{\"status\": \"running\", \"progress\": 20}");
    assertEquals(200, next.statusCode());
    assertEquals(request, new JsonObject(next.body()).getJsonObject("cancelRequested"));
    assertEquals(said, header(next, "Status-Cancel-Requested"));
    assertEquals(header(next, "ETag"), header(other.get(JOB), "ETag"));
    assertEquals(200, node.put(JOB, "{\"status\": \"cancelled\"}").statusCode());
    HttpResponse<String> late = node.post(JOB + "/cancel", "");
    assertEquals(409, late.statusCode());
    assertTrue(late.body().contains("\"code\":\"status-final\""), late.body());
    assertEquals(404, node.post(JOB + "x/cancel", "{}").statusCode());
  }

  @Test
  void aLongPoll_isAnsweredByIt() throws Exception {
    HttpResponse<String> put = node.put(JOB, RUNNING);
    CompletableFuture<HttpResponse<String>> poll =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return node.get(JOB + "?wait=60", "If-None-Match", header(put, "ETag"));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    JsonObject request = cancel();
    HttpResponse<String> answer = poll.get(50, TimeUnit.SECONDS);
    assertEquals(200, answer.statusCode());
    assertTrue(
        header(answer, "Status-Cancel-Requested").startsWith(request.getString("requestedAt")));
  }

  @Test
  void streamsAndSockets_hearIt_andResumeAfterIt() throws Exception {
    node.put(JOB, RUNNING);
    String first;
    JsonObject request;
    try (EventStream stream = EventStream.open(node.url() + JOB);
        LiveSocket socket = LiveSocket.of(node.url(), session())) {
      first = stream.next().id();
      socket.ask("watch", "topic", "status/crawl/c1");
      request = cancel();
      assertEquals(RUNNING, stream.next().data());
      Event event = stream.next();
      assertEquals("cancel-requested", event.name());
      assertRequest(event.data(), request);
      JsonObject frame = socket.next();
      while (!frame.containsKey("cancelRequested")) {
        frame = socket.next();
      }
      assertEquals(request, frame.getJsonObject("cancelRequested"));
      assertEquals(new JsonObject(RUNNING), frame.getJsonObject("data"));
    }
    try (EventStream stream = EventStream.open(other.url() + JOB, "Last-Event-ID", first)) {
      assertEquals("status", stream.next().name());
      assertRequest(stream.next().data(), request);
    }
  }
}
