package io.aetherkeep.status.store;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.status.settings.StatusKind;
import java.time.Duration;

/** The keys of a space's statuses, and of what belongs to them. */
public final class RedisStatusKeys {

  private final Space space;

  public RedisStatusKeys(Space space) {
    this.space = space;
  }

  String space() {
    return space.name();
  }

  Duration lifetime(StatusKind kind) {
    return space.lifetime(kind.keyspace()).length();
  }

  String status(StatusKind kind, String id) {
    return prefixed(kind.keyspace(), id);
  }

  /** In the status's slot of a cluster, so that one script may write both. */
  String run(StatusKind kind, String id) {
    return space.prefix() + Keyspaces.STATUS_RUNS.pattern().around(status(kind, id));
  }

  String feed(StatusKind kind, String id) {
    return prefixed(Keyspaces.STATUS_FEEDS, kind.text(), id);
  }

  String underway(StatusKind kind) {
    return prefixed(Keyspaces.STATUS_UNDERWAY, kind.text());
  }

  String durations(StatusKind kind) {
    return prefixed(Keyspaces.STATUS_DURATIONS, kind.text());
  }

  /** Where changes are told. Channels are not apart by database, so its number is in the name. */
  public static String channel(Space space, int database) {
    return space.prefix() + "changes:status:" + database;
  }

  /** Where Celery keeps a task's result, and publishes it. */
  public String celery(String id) {
    return space.prefix() + "celery-task-meta-" + id;
  }

  private String prefixed(Keyspace<?> keyspace, String... ids) {
    return space.prefix() + keyspace.key(ids).text();
  }
}
