package io.aetherkeep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.client.ScriptedServer.Answer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Ids in paths are encoded; those that would lead to another resource are refused. */
class PathIdsTest {

  private static final Map<String, List<BiConsumer<AetherkeepClient, String>>> CALLS =
      Map.of(
          "id",
          List.of(
              (client, id) -> client.sessions().find(id),
              (client, id) -> client.sessions().end(id),
              (client, id) -> client.statuses().find("crawl", id),
              (client, id) -> client.caches().find("topic", id),
              (client, id) -> client.caches().remove("snippets", "t1", id),
              (client, id) -> client.providers().find(id),
              (client, id) -> client.webhooks().remove(id)),
          "user",
          List.of((client, user) -> client.sessions().ofUser(user)),
          "kind",
          List.of((client, kind) -> client.statuses().inProgress(kind)),
          "keyspace",
          List.of((client, keyspace) -> client.caches().findAll(keyspace, List.of("a"))),
          "name",
          List.of((client, name) -> client.configs().find(name)),
          "podcast",
          List.of((client, podcast) -> client.playback().listeners(podcast)),
          "path",
          List.of(
              (client, path) -> client.streams().remove(path),
              (client, path) -> client.streams().stop(path, "enough")));

  @Test
  void anIdOfAnotherResource_isRefusedByItsName() throws Exception {
    try (ScriptedServer server = new ScriptedServer()) {
      AetherkeepClient client = server.client();
      CALLS.forEach(
          (name, calls) ->
              calls.forEach(
                  call -> {
                    for (String id : List.of("", ".", "..", "\ud800")) {
                      assertRefused(name, () -> call.accept(client, id));
                    }
                  }));
      assertEquals(List.of(), server.requests());
    }
  }

  private static void assertRefused(String name, Executable call) {
    String message = assertThrows(InvalidIdException.class, call).getMessage();
    assertTrue(Objects.requireNonNull(message).startsWith(name + " "), message);
  }

  @Test
  void otherIds_areOneSegment() throws Exception {
    try (ScriptedServer server = new ScriptedServer(new Answer(204, "0", ""))) {
      server.client().sessions().end("a/b?c#d e+ü%");
      assertEquals(
          List.of("DELETE /api/v1/council/sessions/a%2Fb%3Fc%23d%20e%2B%C3%BC%25"),
          server.requests());
    }
  }
}
