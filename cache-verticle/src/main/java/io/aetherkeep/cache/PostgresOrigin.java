package io.aetherkeep.cache;

import io.aetherkeep.catalogue.CacheAsks.Loaded;
import io.aetherkeep.keyspace.Document;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Set;

/**
 * A query of one column, which is JSON; no row and a null are nothing.
 *
 * @param sql its text, with {@code $1::text} for the first id
 * @param optional whether its tables may be missing
 */
record PostgresOrigin(Pool pool, String sql, boolean optional) implements Origin {

  private static final System.Logger LOG = System.getLogger(PostgresOrigin.class.getName());

  private static final Set<String> NO_SUCH_TABLE_OR_COLUMN = Set.of("42P01", "42703", "3F000");

  /** That an id is no number, say: nothing can be stored under it. */
  private static final String BAD_DATA = "22";

  @Override
  public Future<Loaded> load(List<String> ids) {
    // As a text, so that the driver does not take the JSON apart.
    return pool.preparedQuery("select answer.json::text from (" + sql + ") as answer(json) limit 1")
        .execute(Tuple.tuple(List.copyOf(ids)))
        .map(PostgresOrigin::first)
        .recover(this::unlessNothingCanBe);
  }

  private static Loaded first(RowSet<Row> rows) {
    for (Row row : rows) {
      String json = row.getString(0);
      return json == null
          ? Loaded.NOTHING
          : new Loaded(Document.received(Buffer.buffer(json)), null);
    }
    return Loaded.NOTHING;
  }

  private Future<Loaded> unlessNothingCanBe(Throwable thrown) {
    if (!(thrown instanceof PgException refused)) {
      return Future.failedFuture(thrown);
    }
    if (optional && NO_SUCH_TABLE_OR_COLUMN.contains(refused.getSqlState())) {
      LOG.log(
          System.Logger.Level.DEBUG, "A ready-made origin has no table: {0}", refused.getMessage());
      return Future.succeededFuture(Loaded.NOTHING);
    }
    return refused.getSqlState().startsWith(BAD_DATA)
        ? Future.succeededFuture(Loaded.NOTHING)
        : Future.failedFuture(thrown);
  }
}
