package io.aetherkeep.status.lifecycle;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.store.StatusStore;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Remote control of a space's Celery workers: publishes commands as kombu's Redis transport does,
 * to the fanout exchange that all workers subscribe to.
 */
public final class CeleryControl {

  private static final System.Logger LOG = System.getLogger(CeleryControl.class.getName());
  private static final String EXCHANGE = "celery.pidbox";

  private final StatusStore store;
  private final StatusKind kind;
  private final String channel;

  /**
   * Creates the control of a space.
   *
   * @param kind the kind of status that Celery results become
   * @param channel the exchange's channel; empty for the usual one of the database
   */
  CeleryControl(StatusStore store, StatusKind kind, String channel, int database) {
    this.store = store;
    this.kind = kind;
    this.channel = channel.isEmpty() ? "/" + database + "." + EXCHANGE : channel;
  }

  boolean isFor(StatusKind other) {
    return kind.equals(other);
  }

  /**
   * Revokes a task: workers do not begin it.
   *
   * @param terminate whether a worker that executes it ends that process
   * @return the number of workers that received the command
   */
  Future<Integer> revoke(String id, boolean terminate) {
    return store
        .revoke(channel, message(id, terminate))
        .onSuccess(
            workers ->
                LOG.log(
                    workers == 0 ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
                    () -> "Task " + id + " revoked: " + workers + " Celery workers on " + channel));
  }

  private static String message(String id, boolean terminate) {
    Map<String, @Nullable Object> command = new LinkedHashMap<>();
    command.put("method", "revoke");
    command.put("arguments", Map.of("task_id", id, "terminate", terminate, "signal", "SIGTERM"));
    command.put("destination", null);
    command.put("pattern", null);
    command.put("matcher", null);
    Map<String, Object> properties =
        Map.of(
            "delivery_mode",
            2,
            "delivery_info",
            Map.of("exchange", EXCHANGE, "routing_key", ""),
            "priority",
            0,
            "body_encoding",
            "base64",
            "delivery_tag",
            UUID.randomUUID().toString());
    return json(
        Map.of(
            "body",
            Base64.getEncoder().encodeToString(RecordJson.write(command)),
            "content-encoding",
            "utf-8",
            "content-type",
            "application/json",
            "headers",
            Map.of("clock", 1, "expires", 0),
            "properties",
            properties));
  }

  private static String json(Map<String, Object> value) {
    return new String(RecordJson.write(value), StandardCharsets.UTF_8);
  }
}
