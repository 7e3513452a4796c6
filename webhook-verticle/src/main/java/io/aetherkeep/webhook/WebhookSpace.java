package io.aetherkeep.webhook;

import io.aetherkeep.delivery.WebhookSender;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.RedisOutbox;
import io.aetherkeep.webhook.RedisEndpoints.Swap;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Webhooks of one space on one node: the endpoints as last read, which decide which events scripts
 * append to the outbox, and the endpoints' queues.
 */
final class WebhookSpace {

  private static final System.Logger LOG = System.getLogger(WebhookSpace.class.getName());

  private final Space space;
  private final RedisOutbox outbox;
  private final RedisEndpoints endpoints;
  private final RedisDeliveries deliveries;
  private final RedisClock clock;
  private final AttemptRecords records;
  private final WebhookSettings settings;
  private final WebhookCounts counts = new WebhookCounts();
  private final RedisOutboxParts parts;
  private final Map<String, EndpointQueue> queues = new HashMap<>();

  /** Endpoints of the settings that were not created because there are too many. */
  private final Set<String> refused = new HashSet<>();

  private List<Endpoint> known = List.of();

  WebhookSpace(RedisAccess redis, Space space, WebhookSettings settings, String node) {
    RedisLine line = redis.line(space);
    this.space = space;
    this.outbox = redis.outbox(space);
    this.endpoints = new RedisEndpoints(line, space);
    this.deliveries = new RedisDeliveries(line, space, outbox, node);
    this.clock = redis.clock(space);
    this.records = new AttemptRecords(space.name(), clock);
    this.settings = settings;
    this.parts = new RedisOutboxParts(line, space, outbox, settings, node);
  }

  String name() {
    return space.name();
  }

  RedisEndpoints endpoints() {
    return endpoints;
  }

  RedisDeliveries deliveries() {
    return deliveries;
  }

  WebhookCounts counts() {
    return counts;
  }

  AttemptRecords records() {
    return records;
  }

  WebhookSettings settings() {
    return settings;
  }

  long now() {
    return clock.millis();
  }

  /** Sets the event types that scripts append until the endpoints are known. */
  void wantAll(Set<String> types) {
    outbox.want(types, settings.backlog());
  }

  /** Reads the endpoints, and creates those that the settings declare. */
  Future<List<Endpoint>> refresh() {
    return endpoints
        .all()
        .compose(all -> declare(all).compose(more -> more ? endpoints.all() : same(all)))
        .onSuccess(this::learn);
  }

  private static Future<List<Endpoint>> same(List<Endpoint> all) {
    return Future.succeededFuture(all);
  }

  private void learn(List<Endpoint> all) {
    known = all;
    outbox.want(
        all.stream().flatMap(Endpoint::types).collect(Collectors.toSet()), settings.backlog());
  }

  /** Applies the settings' endpoints; returns whether any changed. */
  private Future<Boolean> declare(List<Endpoint> all) {
    Map<String, Endpoint> stored =
        all.stream().collect(Collectors.toMap(Endpoint::id, endpoint -> endpoint));
    List<Future<?>> changes = new ArrayList<>();
    for (WebhookSettings.Declared declared : settings.declaredOf(space.name())) {
      Endpoint before = stored.remove(declared.id());
      if (before == null || !before.isAs(declared)) {
        changes.add(put(declared, before == null));
      }
    }
    return Future.all(changes).map(done -> !changes.isEmpty());
  }

  private Future<Void> put(WebhookSettings.Declared declared, boolean fresh) {
    return deliveries
        .follow(declared.id())
        .compose(followed -> fresh ? create(declared) : change(declared));
  }

  private Future<Void> create(WebhookSettings.Declared declared) {
    return endpoints
        .create(Endpoint.of(declared, now()))
        .compose(swap -> swap == Swap.TOO_MANY ? refused(declared.id()) : created(declared.id()));
  }

  private Future<Void> created(String id) {
    refused.remove(id);
    return Future.succeededFuture();
  }

  private Future<Void> refused(String id) {
    if (refused.add(id)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Webhook {0} of the settings was not created: {1} has 100 webhooks already. Delete one",
          id,
          space.name());
    }
    return deliveries.unfollow(id);
  }

  private Future<Void> change(WebhookSettings.Declared declared) {
    return endpoints
        .change(
            declared.id(),
            before ->
                Optional.of(
                    before.isAs(declared) ? before : Endpoint.of(declared, before.created())))
        .mapEmpty();
  }

  /** Delivers due events to the enabled endpoints. */
  void tick(WebhookSender sender) {
    parts.gather();
    Set<String> enabled =
        known.stream().filter(Endpoint::enabled).map(Endpoint::id).collect(Collectors.toSet());
    for (String id : List.copyOf(queues.keySet())) {
      if (!enabled.contains(id)) {
        close(id);
      }
    }
    for (Endpoint endpoint : known) {
      if (endpoint.enabled()) {
        EndpointQueue queue =
            queues.computeIfAbsent(
                endpoint.id(),
                first ->
                    new EndpointQueue(
                        endpoint,
                        space.name(),
                        deliveries,
                        sender,
                        settings,
                        counts,
                        clock,
                        this::disable));
        queue.changed(endpoint);
        queue.tick();
      }
    }
  }

  private Future<Void> close(String id) {
    EndpointQueue queue = queues.remove(id);
    return queue == null ? Future.succeededFuture() : queue.close();
  }

  /** Disables an endpoint whose receiver answered 410. */
  private void disable(Endpoint endpoint) {
    LOG.log(
        System.Logger.Level.WARNING,
        "Webhook {0} of {1} was disabled: its receiver answered 410 Gone",
        endpoint.id(),
        space.name());
    close(endpoint.id());
    endpoints
        .change(
            endpoint.id(),
            // An endpoint that was changed during the attempt may have another receiver.
            before ->
                Optional.of(
                    before.equals(endpoint)
                        ? before.enabled(false, "The receiver answered 410 Gone")
                        : before))
        .compose(changed -> refresh())
        .onFailure(
            thrown ->
                LOG.log(
                    System.Logger.Level.WARNING,
                    "Webhook {0} could not be disabled: {1}",
                    endpoint.id(),
                    thrown.getMessage()));
  }

  List<Endpoint> known() {
    return known;
  }

  Future<?> close() {
    return Future.join(List.copyOf(queues.keySet()).stream().map(this::close).toList());
  }
}
