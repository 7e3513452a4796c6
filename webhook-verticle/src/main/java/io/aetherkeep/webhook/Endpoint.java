package io.aetherkeep.webhook;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.WebhookAsks.Webhook;
import io.aetherkeep.catalogue.WebhookAsks.WebhookEvent;
import io.aetherkeep.catalogue.WebhookAsks.WebhookFormat;
import io.aetherkeep.delivery.WebhookSignature;
import io.aetherkeep.webhook.RedisDeliveries.Backlog;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Webhook endpoint as stored.
 *
 * @param oldSecret the secret before the last rotation
 * @param oldUntil until when messages are also signed with it, in ms since 1970
 * @param created time of creation, in ms since 1970
 */
record Endpoint(
    String id,
    String url,
    List<WebhookEvent> events,
    @Nullable String description,
    WebhookFormat format,
    @Nullable String credential,
    boolean enabled,
    @Nullable String disabledReason,
    boolean bySettings,
    String secret,
    @Nullable String oldSecret,
    long oldUntil,
    long created) {

  Endpoint {
    events = List.copyOf(events);
  }

  static Endpoint of(byte[] json) {
    return RecordJson.read(json, Endpoint.class);
  }

  static Endpoint of(WebhookSettings.Declared declared, long now) {
    return new Endpoint(
        declared.id(),
        declared.url(),
        declared.events(),
        null,
        declared.format(),
        declared.credential().isEmpty() ? null : declared.credential(),
        true,
        null,
        true,
        declared.secret(),
        null,
        0,
        now);
  }

  /**
   * Whether it equals the declared endpoint, except for its creation time and whether it is
   * enabled, which settings do not declare.
   */
  boolean isAs(WebhookSettings.Declared declared) {
    return of(declared, created).equals(enabled(true, null));
  }

  String json() {
    return new String(RecordJson.write(this), StandardCharsets.UTF_8);
  }

  Endpoint enabled(boolean now, @Nullable String reason) {
    return new Endpoint(
        id,
        url,
        events,
        description,
        format,
        credential,
        now,
        reason,
        bySettings,
        secret,
        oldSecret,
        oldUntil,
        created);
  }

  Endpoint described(
      String address, List<WebhookEvent> types, @Nullable String text, @Nullable String token) {
    return new Endpoint(
        id,
        address,
        types,
        text,
        format,
        token,
        enabled,
        disabledReason,
        bySettings,
        secret,
        oldSecret,
        oldUntil,
        created);
  }

  /** Returns a copy with a new secret; the current one stays valid for a while. */
  Endpoint rotated(long until) {
    return new Endpoint(
        id,
        url,
        events,
        description,
        format,
        credential,
        enabled,
        disabledReason,
        bySettings,
        WebhookSignature.newSecret(),
        secret,
        until,
        created);
  }

  /** Returns the secrets to sign with, the newest first. */
  List<String> secrets(long now) {
    return oldSecret == null || now >= oldUntil ? List.of(secret) : List.of(secret, oldSecret);
  }

  boolean wants(String type) {
    return events.stream().anyMatch(event -> event.text().equals(type));
  }

  /** The types that the outbox records for it, also while it is disabled. */
  Stream<String> types() {
    return events.stream().map(WebhookEvent::text);
  }

  /** Returns the public form. */
  Webhook view(Backlog backlog, boolean withSecret) {
    return new Webhook(
        id,
        url,
        events,
        description,
        format,
        enabled,
        disabledReason,
        bySettings,
        Instant.ofEpochMilli(created).toString(),
        backlog.waiting(),
        backlog.dead(),
        backlog.dropped(),
        withSecret ? secret : null);
  }

  @Override
  public String toString() {
    return "Endpoint[id=" + id + "]";
  }
}
