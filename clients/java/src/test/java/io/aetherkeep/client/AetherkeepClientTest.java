package io.aetherkeep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aetherkeep.client.CacheClient.Entry;
import io.aetherkeep.client.CacheClient.Writing;
import io.aetherkeep.client.ProviderClient.Outcome;
import io.aetherkeep.client.SessionClient.Message;
import io.aetherkeep.client.SessionClient.Opening;
import io.aetherkeep.client.SessionClient.Session;
import io.aetherkeep.client.StatusClient.Status;
import io.aetherkeep.junit5.AetherkeepExtension;
import io.aetherkeep.junit5.AetherkeepNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(AetherkeepExtension.class)
class AetherkeepClientTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static AetherkeepClient of(AetherkeepNode node, String space) {
    return AetherkeepClient.of(new ClientOptions(node.url(), space).withDeadline(PATIENCE));
  }

  private static ProblemCode codeOf(Runnable call) {
    return assertThrows(ProblemException.class, call::run).code();
  }

  @Test
  void session_isOpenedPatchedRotatedAndEnded(AetherkeepNode node) {
    SessionClient sessions = of(node, "aethercast").sessions();
    Session opened = sessions.open(Opening.of("user/1:ü?"));
    assertEquals("user/1:ü?", opened.userId());
    Session patched = sessions.patchUnchanged(opened, Map.of("preferences", Map.of("speed", 1.5)));
    assertEquals(1.5, patched.document().path("preferences").path("speed").asDouble());
    assertEquals(
        ProblemCode.VERSION_CONFLICT,
        codeOf(() -> sessions.patchUnchanged(opened, Map.of("a", 1))));
    Session rotated = sessions.rotate(opened.id());
    assertEquals(Optional.empty(), sessions.find(opened.id()));
    assertEquals(1, sessions.ofUser("user/1:ü?").size());
    assertEquals(7200, sessions.extend(rotated.id(), Duration.ofHours(2)).ttlSeconds());
    assertEquals(
        patched.document().path("preferences"),
        sessions.peek(rotated.id()).orElseThrow().document().path("preferences"));
    assertEquals(1, sessions.endAllOf("user/1:ü?", null).ended());
    assertEquals(Optional.empty(), sessions.peek(rotated.id()));
    assertEquals(ProblemCode.SESSION_UNKNOWN, codeOf(() -> sessions.touch(rotated.id())));
  }

  @Test
  void history_takesAMessageOncePerKey(AetherkeepNode node) {
    SessionClient sessions = of(node, "council").sessions();
    String id = sessions.open(Opening.of("u1")).id();
    Message message = Message.of("user", "What is a neutron star?");
    assertEquals(false, sessions.append(id, message, "r1").repeated());
    assertEquals(true, sessions.append(id, message, "r1").repeated());
    sessions.append(id, Message.of("assistant", "A dense one."));
    assertEquals(2, sessions.history(id, null).items().size());
    assertEquals(
        ProblemCode.KEY_REUSED, codeOf(() -> sessions.append(id, Message.of("user", "?"), "r1")));
  }

  private record Topic(String topicId, int rank) {}

  @Test
  void entry_isWrittenConditionally_andInvalidatedByTag(AetherkeepNode node) {
    CacheClient caches = of(node, "aethercast").caches();
    assertEquals(Optional.empty(), caches.find("topic", "t1"));
    Writing tagged = new Writing().withMaxAge(Duration.ofMinutes(5)).withTags("science");
    caches.put(new Topic("t1", 3), tagged.onlyIfAbsent(), "topic", "t1");
    assertEquals(
        ProblemCode.VERSION_CONFLICT,
        codeOf(() -> caches.put(new Topic("t1", 4), tagged.onlyIfAbsent(), "topic", "t1")));
    Entry entry = caches.find("topic", "t1").orElseThrow();
    assertEquals(new Topic("t1", 3), entry.as(Topic.class));
    caches.put(new Topic("t1", 5), tagged.onlyOver(entry), "topic", "t1");
    assertEquals(1, caches.invalidateTag("science").removed());
    caches.put(Map.of("n", 1), "snippet-page", "t1", "2");
    assertTrue(caches.find("snippet-page", "t1", "2").isPresent());
    caches.remove("snippet-page", "t1", "2");
    assertEquals(Optional.empty(), caches.find("snippet-page", "t1", "2"));
  }

  @Test
  void status_isAwaited_andNeverGoesBack(AetherkeepNode node) throws Exception {
    StatusClient statuses = of(node, "aethercast").statuses();
    statuses.put("podcast", "p1", Map.of("status", "queued"));
    CompletableFuture<Optional<Status>> end =
        CompletableFuture.supplyAsync(
            () -> statuses.await("podcast", "p1", Set.of("completed"), PATIENCE));
    statuses.put("podcast", "p1", Map.of("status", "generating", "progress", 40));
    statuses.put("podcast", "p1", Map.of("status", "completed"));
    assertEquals("completed", end.get().orElseThrow().word());
    assertEquals(
        ProblemCode.STATUS_FINAL,
        codeOf(() -> statuses.put("podcast", "p1", Map.of("status", "queued"))));
    statuses.put("podcast", "p1", Map.of("status", "queued"), 2);
    assertEquals("queued", statuses.find("podcast", "p1").orElseThrow().word());
    assertEquals(Optional.empty(), statuses.find("podcast", "nothing"));
  }

  @Test
  void provider_isDisabledByFailures(AetherkeepNode node) {
    ProviderClient providers = of(node, "council").providers();
    providers.report("good", Outcome.success(800));
    for (int i = 0; i < 5; i++) {
      providers.report("bad", Outcome.failure("timeout"));
    }
    assertTrue(providers.find("bad").isDisabled());
    assertEquals(
        List.of("good", "bad"),
        providers.list().stream().map(ProviderClient.Health::providerId).toList());
  }

  @Test
  void config_isWrittenOverWhatWasRead(AetherkeepNode node) {
    ConfigClient configs = of(node, "aethercast").configs();
    assertEquals(Optional.empty(), configs.find("flags"));
    configs.put("flags", Map.of("beta", false));
    ConfigClient.Config read = configs.find("flags").orElseThrow();
    configs.putUnchanged(read, Map.of("beta", true));
    assertEquals(
        ProblemCode.VERSION_CONFLICT, codeOf(() -> configs.putUnchanged(read, Map.of("beta", 1))));
    assertEquals(true, configs.find("flags").orElseThrow().value().path("beta").asBoolean());
  }

  @Test
  void problemCodes_areThoseOfTheContract(AetherkeepNode node) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(node.url().resolve("/openapi.json")).build();
    JsonNode contract =
        new ObjectMapper()
            .readTree(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
    TreeSet<String> codes = new TreeSet<>();
    contract
        .at("/components/schemas/Problem/properties/code/enum")
        .forEach(code -> codes.add(code.asText()));
    assertEquals(
        codes,
        Arrays.stream(ProblemCode.values())
            .filter(code -> code != ProblemCode.OTHER)
            .map(ProblemCode::text)
            .collect(Collectors.toCollection(TreeSet::new)));
  }
}
