package io.aetherkeep.status.store;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.status.settings.StatusKind;
import java.time.Duration;

/** Redis keys of a space's statuses, attempts, feeds and indexes. */
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

  /**
   * The key of the attempt record. It is in the cluster slot of its status, so that one script
   * writes both.
   */
  String run(StatusKind kind, String id) {
    return space.prefix() + Keyspaces.STATUS_RUNS.pattern().around(status(kind, id));
  }

  /** The key of what is known of its children, in the slot of the status. */
  String children(StatusKind kind, String id) {
    return space.prefix() + Keyspaces.STATUS_CHILDREN.pattern().around(status(kind, id));
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

  /**
   * The channel of status changes. Channels span all databases, so its name has the database
   * number.
   */
  public static String channel(Space space, int database) {
    return space.prefix() + "changes:status:" + database;
  }

  /**
   * The key under which Celery stores a task's result, and the channel on which it publishes it.
   */
  public String celery(String id) {
    return space.prefix() + "celery-task-meta-" + id;
  }

  private String prefixed(Keyspace<?> keyspace, String... ids) {
    return space.prefix() + keyspace.key(ids).text();
  }
}
