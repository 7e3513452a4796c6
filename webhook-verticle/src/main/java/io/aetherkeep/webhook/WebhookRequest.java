package io.aetherkeep.webhook;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.InvalidationAsks.CacheInvalidated;
import io.aetherkeep.delivery.EdgeKey;
import io.aetherkeep.delivery.WebhookSignature;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** HTTP request that delivers an event, in the endpoint's format. */
record WebhookRequest(String method, Map<String, String> headers, Buffer body) {

  private static final String POST = "POST";
  private static final String JSON = "application/json";

  static WebhookRequest of(Endpoint endpoint, String space, OutboxEntry entry, long now) {
    return switch (endpoint.format()) {
      case STANDARD -> signed(endpoint, space, entry, now);
      case FASTLY ->
          purge(
              POST,
              Map.of("fastly-key", token(endpoint), "surrogate-key", spaced(space, entry)),
              Buffer.buffer());
      case CLOUDFLARE ->
          purge(
              POST,
              Map.of("authorization", "Bearer " + token(endpoint), "content-type", JSON),
              Buffer.buffer(RecordJson.write(new CloudflarePurge(keys(space, entry)))));
      case VARNISH -> purge("PURGE", Map.of("xkey-purge", spaced(space, entry)), Buffer.buffer());
    };
  }

  /** Body of a purge by Cloudflare's API. */
  record CloudflarePurge(List<String> tags) {}

  private static WebhookRequest signed(
      Endpoint endpoint, String space, OutboxEntry entry, long now) {
    Buffer body = EventMessage.of(space, entry).json();
    Map<String, String> headers =
        WebhookSignature.headers(endpoint.secrets(now), entry.message(space), now / 1000, body);
    headers.put("content-type", JSON);
    return purge(POST, headers, body);
  }

  private static WebhookRequest purge(String method, Map<String, String> headers, Buffer body) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put("user-agent", "Aetherkeep-Webhooks/1");
    return new WebhookRequest(method, all, body);
  }

  private static String token(Endpoint endpoint) {
    return endpoint.credential() == null ? "" : endpoint.credential();
  }

  private static String spaced(String space, OutboxEntry entry) {
    return String.join(" ", keys(space, entry));
  }

  /** Surrogate keys of an invalidation. */
  private static List<String> keys(String space, OutboxEntry entry) {
    CacheInvalidated event = EventMessage.invalidated(space, entry);
    String keyspace = event.keyspace();
    List<String> ids = event.ids();
    if (keyspace == null) {
      return List.of(EdgeKey.ofSpace(space));
    }
    return ids == null
        ? List.of(EdgeKey.ofKeyspace(space, keyspace))
        : ids.stream().map(id -> EdgeKey.ofEntry(space, keyspace, id)).toList();
  }
}
