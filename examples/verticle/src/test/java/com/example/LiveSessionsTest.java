package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.junit5.AetherkeepExtension;
import io.aetherkeep.junit5.AetherkeepNode;
import io.aetherkeep.junit5.NodeOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the verticle in a real node with a real Redis. */
class LiveSessionsTest {

  @RegisterExtension
  static final AetherkeepExtension AETHERKEEP =
      AetherkeepExtension.with(
          new NodeOptions()
              .withConfiguration(Path.of("aetherkeep.yaml"))
              .withVerticle(LiveSessions.class));

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void liveSessions_areCountedOnce_andThenServedFromTheCache(AetherkeepNode node) throws Exception {
    String content = node.api("content").toString();
    HttpRequest.Builder open =
        HttpRequest.newBuilder(URI.create(content + "/sessions"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"userId\": \"u1\"}"));
    assertEquals(201, send(open).statusCode());

    HttpRequest.Builder read =
        HttpRequest.newBuilder(URI.create(content + "/caches/metrics/sessions/now"));
    assertEquals("{\"liveSessions\":1}", send(read).body());
    assertEquals(201, send(open).statusCode());
    assertEquals("{\"liveSessions\":1}", send(read).body());
  }
}
