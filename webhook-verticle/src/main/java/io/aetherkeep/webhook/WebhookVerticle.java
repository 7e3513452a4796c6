package io.aetherkeep.webhook;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.DeliveryAsks.ListDeadLetters;
import io.aetherkeep.catalogue.DeliveryAsks.ListWebhookAttempts;
import io.aetherkeep.catalogue.DeliveryAsks.ReplayWebhook;
import io.aetherkeep.catalogue.DeliveryAsks.TestWebhook;
import io.aetherkeep.catalogue.WebhookAsks.ChangeWebhook;
import io.aetherkeep.catalogue.WebhookAsks.CreateWebhook;
import io.aetherkeep.catalogue.WebhookAsks.DeleteWebhook;
import io.aetherkeep.catalogue.WebhookAsks.ListWebhooks;
import io.aetherkeep.catalogue.WebhookAsks.ReadWebhook;
import io.aetherkeep.catalogue.WebhookAsks.ReadWebhookStats;
import io.aetherkeep.catalogue.WebhookAsks.RotateWebhookSecret;
import io.aetherkeep.catalogue.WebhookAsks.WebhookEvent;
import io.aetherkeep.delivery.WebhookSender;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.redis.RedisAccess;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Verticle that owns the outbox and the webhook endpoints. There is one instance per node, because
 * it answers few requests, and its own timer drives the deliveries. It is deployed before the
 * verticles that append to the outbox.
 */
public final class WebhookVerticle extends VerticleBase {

  /** Interval at which a node reads the endpoints of other nodes. */
  private static final long REFRESH_MILLIS = 2000;

  private final Bus bus;
  private final RedisAccess redis;
  private final WebhookSettings settings;
  private final InstantSource clock;
  private @Nullable PerSpace<WebhookSpace> spaces;
  private @Nullable WebhookSender sender;

  public WebhookVerticle(
      Bus bus, RedisAccess redis, WebhookSettings settings, InstantSource clock) {
    this.bus = bus;
    this.redis = redis;
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public Future<?> start() {
    String node = UUID.randomUUID().toString();
    PerSpace<WebhookSpace> all =
        PerSpace.each(redis.spaces(), space -> new WebhookSpace(redis, space, settings, node));
    WebhookSender posts =
        new WebhookSender(vertx, settings.addresses(), settings.deadline(), clock);
    spaces = all;
    sender = posts;
    Webhooks webhooks = new Webhooks(all);
    WebhookOperations log = new WebhookOperations(webhooks, posts);
    all.all().forEach(space -> space.wantAll(WebhookEvent.all()));
    vertx.setPeriodic(REFRESH_MILLIS, id -> refresh(all));
    vertx.setPeriodic(
        settings.pollEvery().toMillis(), id -> all.all().forEach(space -> space.tick(posts)));
    return refresh(all)
        .compose(
            done ->
                Future.all(
                    List.of(
                        bus.answer(CreateWebhook.class, webhooks::create),
                        bus.answer(ListWebhooks.class, webhooks::list),
                        bus.answer(ReadWebhook.class, webhooks::read),
                        bus.answer(ChangeWebhook.class, webhooks::change),
                        bus.answer(DeleteWebhook.class, webhooks::delete),
                        bus.answer(RotateWebhookSecret.class, webhooks::rotate),
                        bus.answer(TestWebhook.class, log::test),
                        bus.answer(ListWebhookAttempts.class, log::attempts),
                        bus.answer(ListDeadLetters.class, log::deadLetters),
                        bus.answer(ReplayWebhook.class, log::replay),
                        bus.answer(
                            ReadWebhookStats.class,
                            ask -> log.stats(ask, all.find(ask.space()).orElse(null))))));
  }

  /** Reads the endpoints; while Redis is unavailable the last known ones stay. */
  private static Future<?> refresh(PerSpace<WebhookSpace> all) {
    return Future.join(all.all().stream().map(WebhookSpace::refresh).toList()).otherwiseEmpty();
  }

  @Override
  public Future<?> stop() {
    return Future.join(
        spaces == null
            ? Future.succeededFuture()
            : Future.join(spaces.all().stream().map(WebhookSpace::close).toList()),
        sender == null ? Future.succeededFuture() : sender.close());
  }
}
