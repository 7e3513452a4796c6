package io.aetherkeep.webhook;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.DeliveryAsks.DeadLetter;
import io.aetherkeep.catalogue.DeliveryAsks.DeadLetters;
import io.aetherkeep.catalogue.DeliveryAsks.ListDeadLetters;
import io.aetherkeep.catalogue.DeliveryAsks.ListWebhookAttempts;
import io.aetherkeep.catalogue.DeliveryAsks.ReplayWebhook;
import io.aetherkeep.catalogue.DeliveryAsks.TestWebhook;
import io.aetherkeep.catalogue.DeliveryAsks.WebhookAttempt;
import io.aetherkeep.catalogue.DeliveryAsks.WebhookAttempts;
import io.aetherkeep.catalogue.DeliveryAsks.WebhookReplayed;
import io.aetherkeep.catalogue.WebhookAsks.ReadWebhookStats;
import io.aetherkeep.catalogue.WebhookAsks.WebhookStats;
import io.aetherkeep.delivery.SendResult;
import io.aetherkeep.delivery.TargetUrl;
import io.aetherkeep.delivery.WebhookSender;
import io.aetherkeep.webhook.RedisDeliveries.Backlog;
import io.vertx.core.Future;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Service for attempts, dead letters, test messages and replays. */
final class WebhookOperations {

  private static final int PAGE = 100;
  private static final int MOST_REPLAYED = 1000;

  private final Webhooks webhooks;
  private final WebhookSender sender;

  WebhookOperations(Webhooks webhooks, WebhookSender sender) {
    this.webhooks = webhooks;
    this.sender = sender;
  }

  Future<WebhookAttempts> attempts(ListWebhookAttempts ask) {
    WebhookSpace space = webhooks.space(ask.space());
    return webhooks
        .find(space, ask.id())
        .compose(endpoint -> space.deliveries().attemptsOf(endpoint.id()))
        .map(attempts -> new WebhookAttempts(attempts, null));
  }

  Future<DeadLetters> deadLetters(ListDeadLetters ask) {
    WebhookSpace space = webhooks.space(ask.space());
    int limit = ask.limit() == null ? PAGE : ask.limit();
    String cursor = ask.cursor() == null ? "-" : ask.cursor();
    if (limit < 1 || limit > PAGE) {
      throw Failure.of(Code.INVALID_PARAMETER, "'limit' must be from 1 to " + PAGE);
    }
    if (!cursor.matches("-|[0-9]{1,18}-[0-9]{1,18}")) {
      throw Failure.of(Code.INVALID_PARAMETER, "'cursor' must be the 'next' of the previous page");
    }
    return webhooks
        .find(space, ask.id())
        .compose(endpoint -> space.deliveries().deadLetters(endpoint.id(), cursor, limit))
        .map(
            found ->
                new DeadLetters(
                    found.stream()
                        .limit(limit)
                        .map(letter -> letter(space.name(), letter))
                        .toList(),
                    found.size() > limit ? found.get(limit).id() : null));
  }

  private static DeadLetter letter(String space, OutboxEntry entry) {
    return new DeadLetter(
        entry.message(space),
        entry.type(),
        entry.subject(),
        Instant.ofEpochMilli(entry.at()).toString(),
        entry.orNull("problem"));
  }

  Future<WebhookReplayed> replay(ReplayWebhook ask) {
    WebhookSpace space = webhooks.space(ask.space());
    ReplayCursor page = page(ask);
    return webhooks
        .find(space, ask.id())
        .compose(
            endpoint ->
                space
                    .deliveries()
                    .replay(endpoint, page, MOST_REPLAYED, space.settings().backlog()))
        .map(
            replayed -> {
              ReplayCursor next = replayed.next();
              return new WebhookReplayed(
                  replayed.events(), next != null, next == null ? null : next.text());
            });
  }

  private static ReplayCursor page(ReplayWebhook ask) {
    ReplayCursor first =
        ask.since() == null
            ? ReplayCursor.ofDeadLetters()
            : ReplayCursor.ofEvents(millis(ask.since()));
    if (ask.cursor() == null) {
      return first;
    }
    ReplayCursor page = ReplayCursor.parse(ask.cursor());
    if (ask.since() != null && !page.since().equals(first.since())) {
      throw Failure.of(Code.INVALID_BODY, "'cursor' belongs to a replay with another 'since'");
    }
    return page;
  }

  private static long millis(String timestamp) {
    try {
      return Math.max(0, Instant.parse(timestamp).toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      throw Failure.of(
          Code.INVALID_BODY, "'since' must be a timestamp such as 2026-01-31T09:00:00Z");
    }
  }

  /** Sends a test message from this node, in the endpoint's format. */
  Future<WebhookAttempt> test(TestWebhook ask) {
    WebhookSpace space = webhooks.space(ask.space());
    return webhooks.find(space, ask.id()).compose(endpoint -> test(space, endpoint));
  }

  private Future<WebhookAttempt> test(WebhookSpace space, Endpoint endpoint) {
    long now = space.now();
    OutboxEntry entry =
        new OutboxEntry(
            now + "-0",
            Map.of("type", "test", "subject", "test", "id", endpoint.id(), "keyspace", "test"));
    WebhookRequest request = WebhookRequest.of(endpoint, space.name(), entry, now);
    TargetUrl target = TargetUrl.parse(endpoint.url()).orElseThrow();
    return sender
        .send(request.method(), target, request.headers(), request.body())
        .map(answer -> attempt(space, entry, answer));
  }

  private static WebhookAttempt attempt(WebhookSpace space, OutboxEntry entry, SendResult answer) {
    String result = answer.isTaken() ? AttemptRecords.DELIVERED : AttemptRecords.FAILED;
    long millis = Math.max(0, space.now() - entry.at());
    return space.records().of(entry, 1, result, answer, millis);
  }

  Future<WebhookStats> stats(ReadWebhookStats ask, @Nullable WebhookSpace delivering) {
    List<Endpoint> known = delivering == null ? List.of() : delivering.known();
    if (delivering == null || known.isEmpty()) {
      return Future.succeededFuture(stats(ask.space(), known, List.of(), delivering));
    }
    List<Future<Backlog>> backlogs =
        known.stream().map(endpoint -> delivering.deliveries().backlog(endpoint.id())).toList();
    return Future.all(backlogs)
        .map(
            done ->
                stats(
                    ask.space(),
                    known,
                    backlogs.stream().map(Future::result).toList(),
                    delivering));
  }

  private static WebhookStats stats(
      String space,
      List<Endpoint> known,
      List<Backlog> backlogs,
      @Nullable WebhookSpace delivering) {
    WebhookCounts counts = delivering == null ? new WebhookCounts() : delivering.counts();
    return new WebhookStats(
        space,
        known.size(),
        known.stream().filter(endpoint -> !endpoint.enabled()).count(),
        backlogs.stream().mapToLong(Backlog::waiting).sum(),
        backlogs.stream().mapToLong(Backlog::dead).sum(),
        backlogs.stream().mapToLong(Backlog::dropped).sum(),
        counts.delivered.sum(),
        counts.failed.sum(),
        counts.givenUp.sum());
  }
}
