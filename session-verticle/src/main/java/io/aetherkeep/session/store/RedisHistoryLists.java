package io.aetherkeep.session.store;

import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/**
 * Histories that newer proxies keep as lists, each in another slot than its session. In spaces
 * without histories a key of such a name is another session. A cluster uses no lists, because no
 * script reaches a session and its list.
 */
final class RedisHistoryLists {

  private final RedisLine line;
  private final RedisSessionKeys keys;

  RedisHistoryLists(RedisLine line, RedisSessionKeys keys) {
    this.line = line;
    this.keys = keys;
  }

  private boolean areKept() {
    return keys.haveLists() && !line.isCluster();
  }

  /** Removes the list; answers whether there was one. */
  Future<Boolean> remove(String id) {
    return areKept()
        ? line.send(Request.cmd(Command.UNLINK).arg(keys.list(id)))
            .map(gone -> gone != null && gone.toInteger() > 0)
        : Future.succeededFuture(false);
  }

  Future<Void> copy(String id, String fresh) {
    Request copy = Request.cmd(Command.COPY).arg(keys.list(id)).arg(keys.list(fresh));
    return areKept() ? line.send(copy.arg("REPLACE")).mapEmpty() : Future.succeededFuture();
  }

  /** Extends the list's lifetime beyond that of its session. */
  void keep(String id, long lifetimeMillis) {
    if (areKept()) {
      line.send(Request.cmd(Command.PEXPIRE).arg(keys.list(id)).arg(lifetimeMillis + 3_600_000));
    }
  }
}
