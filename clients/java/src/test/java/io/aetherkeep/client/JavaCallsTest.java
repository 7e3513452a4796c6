package io.aetherkeep.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.client.ConfigClient.Config;
import io.aetherkeep.client.PlaybackClient.Report;
import io.aetherkeep.client.ProviderClient.Lease;
import io.aetherkeep.client.ProviderClient.Outcome;
import io.aetherkeep.client.SessionClient.Opening;
import io.aetherkeep.client.WebhookClient.Definition;
import io.aetherkeep.client.WebhookClient.Replayed;
import io.aetherkeep.client.WebhookClient.Webhook;
import io.aetherkeep.junit5.AetherkeepExtension;
import io.aetherkeep.junit5.AetherkeepNode;
import io.aetherkeep.junit5.NodeOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JavaCallsTest {

  @RegisterExtension
  static final AetherkeepExtension NODE =
      AetherkeepExtension.with(new NodeOptions().withConfiguration(configuration()));

  /** Settings with a provider in a group. */
  private static Path configuration() {
    try {
      Path file =
          Files.createTempFile(Files.createDirectories(Path.of("target")), "calls", ".yaml");
      return Files.writeString(
          file, "spaces: { council: { providers: { openai: { group: chat } } } }\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static AetherkeepClient of(AetherkeepNode node, String space) {
    return AetherkeepClient.of(
        new ClientOptions(node.url(), space).withDeadline(Duration.ofSeconds(60)));
  }

  @Test
  void playback_isReportedAndCounted(AetherkeepNode node) {
    AetherkeepClient client = of(node, "aethercast");
    PlaybackClient playback = client.playback();
    String session = client.sessions().open(Opening.of("u7")).id();
    assertFalse(playback.report(session, Report.of("p7", "playing", 10)).late());
    assertEquals("p7", playback.find(session).podcastId());
    Awaitility.await()
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> playback.listeners("p7").listeners() == 1);
    Awaitility.await()
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> playback.top(5).stream().anyMatch(one -> one.podcastId().equals("p7")));
    assertEquals(session, playback.presence("p7").get(0).session());
    assertTrue(client.sessions().list().stream().anyMatch(row -> row.id().equals(session)));
  }

  @Test
  void aJob_isCancelledAndListed(AetherkeepNode node) {
    StatusClient statuses = of(node, "council").statuses();
    statuses.put("request", "r1", Map.of("status", "processing", "progress", 10));
    statuses.put("request", "r2", Map.of("status", "processing", "progress", 20));
    assertEquals(
        Set.of("r1", "r2"), statuses.findAll("request", List.of("r1", "r2", "r3")).keySet());
    assertEquals(2, statuses.inProgress("request").size());
    statuses.cancel("request", "r1", "too slow", false);
    assertEquals("processing", statuses.find("request", "r1").orElseThrow().word());
  }

  @Test
  void aProvider_isLeasedAndTakenOut(AetherkeepNode node) {
    ProviderClient providers = of(node, "council").providers();
    providers.report("openai", Outcome.success(100));
    Lease lease = providers.lease("chat", 1200, null);
    assertEquals("openai", lease.providerId());
    providers.report("openai", Outcome.success(90).of(lease, 1100));
    providers.disable("openai", "billing", Duration.ofMinutes(1));
    assertTrue(providers.find("openai").isDisabled());
    providers.enable("openai");
    assertFalse(providers.find("openai").isDisabled());
  }

  @Test
  void aConfiguration_hasVersionsThatAreWaitedFor(AetherkeepNode node) {
    ConfigClient configs = of(node, "council").configs();
    configs.put("limits", Map.of("n", 1));
    Config first = configs.find("limits").orElseThrow();
    assertEquals(Optional.empty(), configs.next(first, Duration.ofSeconds(1)));
    configs.put("limits", Map.of("n", 2));
    assertEquals(
        2, configs.next(first, Duration.ofSeconds(30)).orElseThrow().value().path("n").asInt());
    long oldest = configs.versions("limits").get(1).path("number").asLong();
    configs.rollback("limits", oldest);
    assertEquals(1, configs.find("limits").orElseThrow().value().path("n").asInt());
    assertTrue(configs.list().stream().anyMatch(row -> row.path("name").asText().equals("limits")));
    configs.remove("limits");
    assertEquals(Optional.empty(), configs.find("limits"));
    assertEquals(Optional.empty(), configs.next(first, Duration.ofSeconds(1)));
  }

  @Test
  void aStatusThatDoesNotExist_isAwaited(AetherkeepNode node) {
    StatusClient statuses = of(node, "council").statuses();
    assertEquals(
        Optional.empty(),
        statuses.await("crawl", "nothing", Set.of("completed"), Duration.ofSeconds(2)));
    statuses.put("crawl", "something", Map.of("status", "completed"));
    assertEquals(
        "completed",
        statuses.next("crawl", "something", null, Duration.ofSeconds(30)).orElseThrow().word());
  }

  @Test
  void manyEntries_areReadAndInvalidated(AetherkeepNode node) {
    CacheClient caches = of(node, "aethercast").caches();
    for (String id : List.of("m1", "m2", "n1")) {
      caches.put(Map.of("id", id), "topic", id);
    }
    assertEquals(Set.of("m1", "m2"), caches.findAll("topic", List.of("m1", "m2", "x")).keySet());
    assertEquals(2, caches.invalidateMatching("topic", "m*").removed());
    assertEquals(1, caches.invalidate("topic", List.of("n1")).removed());
  }

  @Test
  void moreIdsThanAUrlTakes_areReadInBatches(AetherkeepNode node) {
    CacheClient caches = of(node, "aethercast").caches();
    StatusClient statuses = of(node, "council").statuses();
    List<String> ids = Stream.generate(() -> UUID.randomUUID().toString()).limit(250).toList();
    String last = ids.get(249);
    caches.put(Map.of("n", 1), "topic", last);
    statuses.put("request", last, Map.of("status", "processing"));
    assertEquals(Set.of(last), caches.findAll("topic", ids).keySet());
    assertEquals(Set.of(last), statuses.findAll("request", ids).keySet());
  }

  @Test
  void aWebhook_isCreatedChangedAndRemoved(AetherkeepNode node) {
    WebhookClient webhooks = of(node, "council").webhooks();
    Webhook made = webhooks.create(Definition.of("https://example.com/hook", "status-changed"));
    assertTrue(String.valueOf(made.secret()).startsWith("whsec_"));
    assertNull(webhooks.find(made.id()).secret());
    assertFalse(webhooks.change(made.id(), Definition.enabled(false)).enabled());
    assertNotEquals(made.secret(), webhooks.rotate(made.id(), Duration.ofSeconds(60)).secret());
    assertEquals(1, webhooks.list().size());
    assertEquals(List.of(), webhooks.deliveries(made.id()));
    assertEquals(List.of(), webhooks.deadLetters(made.id()));
    assertEquals(new Replayed(0, false, null), webhooks.replay(made.id(), null));
    assertEquals(0, webhooks.replay(made.id(), Instant.now()).events());
    ProblemException refused =
        assertThrows(ProblemException.class, () -> webhooks.replayNext(made.id(), "of no replay"));
    assertTrue(String.valueOf(refused.getMessage()).contains("'cursor'"), refused::toString);
    webhooks.remove(made.id());
    assertEquals(List.of(), webhooks.list());
  }
}
