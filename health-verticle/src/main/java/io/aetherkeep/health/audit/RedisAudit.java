package io.aetherkeep.health.audit;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.AuditAsks.AuditedOperation;
import io.aetherkeep.catalogue.AuditAsks.KeyUse;
import io.aetherkeep.catalogue.AuditAsks.KeyUses;
import io.aetherkeep.catalogue.AuditAsks.ListOperations;
import io.aetherkeep.catalogue.AuditAsks.OperationList;
import io.aetherkeep.catalogue.AuditAsks.ReadKeyUses;
import io.aetherkeep.catalogue.AuditAsks.RecordKeyUses;
import io.aetherkeep.catalogue.AuditAsks.RecordOperation;
import io.aetherkeep.catalogue.AuditAsks.Recorded;
import io.aetherkeep.catalogue.AuditAsks.UsedKey;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Store of the uses of API keys, and of the audit of operations: for each space a hash and a
 * bounded list in Redis, which all nodes share. Both expire.
 */
public final class RedisAudit {

  private static final RedisScript RECORD = RedisScript.beside(RedisAudit.class, "record-uses.lua");
  private static final RedisScript APPEND = RedisScript.beside(RedisAudit.class, "append.lua");

  /** Length of the audit; older operations are dropped. */
  private static final int LENGTH = 1000;

  private static final int USUAL_PAGE = 100;

  private final PerSpace<Audited> spaces;

  /** The line to the Redis of a space, and its clock. */
  private record Audited(RedisLine line, Space space, RedisClock clock) {

    String key(Keyspace<?> keyspace) {
      return space.prefix() + keyspace.key().text();
    }

    long lifetime(Keyspace<?> keyspace) {
      return space.lifetime(keyspace).length().toMillis();
    }
  }

  /** The last use of a key, as it is stored. */
  record LastUse(long at, String operation) {}

  public RedisAudit(RedisAccess redis, Function<Space, RedisClock> clocks) {
    this.spaces =
        PerSpace.each(
            redis.spaces(), space -> new Audited(redis.line(space), space, clocks.apply(space)));
  }

  /** Adds uses of keys. */
  public Future<Recorded> record(RecordKeyUses ask) {
    Audited audited = spaces.of(ask.space());
    RedisScript.Call call =
        RedisScript.call()
            .key(audited.key(Keyspaces.KEY_USES))
            .arg(audited.lifetime(Keyspaces.KEY_USES));
    long now = audited.clock.millis();
    for (KeyUse use : ask.uses()) {
      long at = now - use.millisAgo();
      call.arg(use.key()).arg(use.uses()).arg(at).arg(json(new LastUse(at, use.operation())));
    }
    return audited.line.run(RECORD, call).map(new Recorded(ask.uses().size()));
  }

  private static Buffer json(Object record) {
    return Buffer.buffer(RecordJson.write(record));
  }

  /** Reads the uses of all keys, the last used first. */
  public Future<KeyUses> uses(ReadKeyUses ask) {
    Audited audited = spaces.of(ask.space());
    return audited
        .line
        .send(Request.cmd(Command.HGETALL).arg(audited.key(Keyspaces.KEY_USES)))
        .map(
            reply ->
                new KeyUses(
                    reply.getKeys().stream()
                        .filter(field -> !field.contains(":"))
                        .map(field -> used(reply, field))
                        .sorted(Comparator.comparing(UsedKey::lastUsedAt).reversed())
                        .toList()));
  }

  private static UsedKey used(Response fields, String key) {
    LastUse last = RecordJson.read(fields.get(key).toBuffer().getBytes(), LastUse.class);
    Response count = fields.get(key + ":uses");
    return new UsedKey(
        key,
        count == null ? 0 : count.toLong(),
        Instant.ofEpochMilli(last.at()).toString(),
        last.operation());
  }

  /** Adds an operation to the audit. */
  public Future<Recorded> append(RecordOperation ask) {
    Audited audited = spaces.of(ask.space());
    AuditedOperation operation =
        new AuditedOperation(
            Instant.ofEpochMilli(audited.clock.millis()).toString(),
            ask.by(),
            ask.key(),
            ask.operation(),
            ask.path(),
            ask.status(),
            ask.requestId());
    RedisScript.Call call =
        RedisScript.call()
            .key(audited.key(Keyspaces.AUDIT))
            .arg(audited.lifetime(Keyspaces.AUDIT))
            .arg(LENGTH)
            .arg(json(operation));
    return audited.line.run(APPEND, call).map(new Recorded(1));
  }

  /** Lists the audit; a cursor is a position from its end. */
  public Future<OperationList> list(ListOperations ask) {
    Audited audited = spaces.of(ask.space());
    int limit = ask.limit() == null ? USUAL_PAGE : ask.limit();
    if (limit < 1 || limit > LENGTH) {
      throw Failure.of(Code.INVALID_PARAMETER, "limit must be a whole number from 1 to " + LENGTH);
    }
    int from = from(ask.cursor());
    Request page =
        Request.cmd(Command.LRANGE)
            .arg(audited.key(Keyspaces.AUDIT))
            .arg(from)
            .arg(from + limit - 1);
    return audited.line.send(page).map(reply -> page(reply, from + limit, limit));
  }

  private static OperationList page(Response reply, int next, int limit) {
    List<AuditedOperation> items = new ArrayList<>();
    for (Response item : reply) {
      items.add(RecordJson.read(item.toBuffer().getBytes(), AuditedOperation.class));
    }
    return new OperationList(items, items.size() < limit ? null : Integer.toString(next));
  }

  private static int from(@Nullable String cursor) {
    if (cursor == null) {
      return 0;
    }
    if (!cursor.matches("[0-9]{1,6}")) {
      throw Failure.of(Code.INVALID_PARAMETER, "The cursor is not one that this server returned");
    }
    return Integer.parseInt(cursor);
  }
}
