package io.aetherkeep.cache.origin;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.OriginAsks.Loaded;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Offload;
import io.aetherkeep.document.TextDocument;
import io.aetherkeep.keyspace.Layout;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Origin that is a SQL query with one JSON column, or one of any type for a keyspace of texts; no
 * row or a null means that nothing exists.
 *
 * @param name {@code space/keyspace}, for the log
 * @param sql query, with {@code $1::text} for the first id
 * @param isBuiltIn whether it is a built-in query on a system's tables, some of which may not exist
 * @param layout the layout of the keyspace
 * @param largest maximum size of a value in bytes: a larger one is not fetched
 */
record PostgresOrigin(
    Pool pool,
    String name,
    String sql,
    boolean isBuiltIn,
    Layout layout,
    int largest,
    OriginLog log)
    implements Origin {

  private static final Set<String> NO_SUCH_TABLE = Set.of("42P01", "3F000");
  private static final Pattern TABLE = Pattern.compile("from \"(?:[^\"]|\"\")*\"\\.(\\w+)");
  private static final String NO_SUCH_COLUMN = "42703";

  /** SQLSTATE class of invalid values, such as an id that is not a number. */
  private static final String DATA_EXCEPTION = "22";

  @Override
  public Future<Loaded> load(List<String> ids) {
    // As text, so that the driver does not parse the JSON.
    String query =
        "select case when octet_length(json) <= "
            + largest
            + " then json end, octet_length(json) from (select answer.json::text from ("
            + sql
            + ") as answer(json) limit 1) as found(json)";
    return pool.preparedQuery(query)
        .execute(Tuple.tuple(List.copyOf(ids)))
        .compose(this::first)
        .recover(thrown -> emptyIfNoTable(ids, thrown));
  }

  private Future<Loaded> first(RowSet<Row> rows) {
    for (Row row : rows) {
      String json = row.getString(0);
      if (json != null) {
        return Offload.run(json.length(), () -> new Loaded(value(Buffer.buffer(json)), null));
      }
      if (row.getInteger(1) != null) {
        throw new UnusableAnswer(
            "The system of record's value is too large: " + row.getInteger(1) + " bytes");
      }
    }
    return Future.succeededFuture(Loaded.NOTHING);
  }

  private Document value(Buffer column) {
    return layout == Layout.TEXT ? TextDocument.received(column) : Document.received(column);
  }

  private Future<Loaded> emptyIfNoTable(List<String> ids, Throwable thrown) {
    if (isUnreadable(thrown)) {
      log.failed(name, thrown);
      return Future.failedFuture(unreadable(ids));
    }
    String reason = thrown instanceof PgException refused ? nothing(refused.getSqlState()) : null;
    if (reason == null) {
      return Future.failedFuture(thrown);
    }
    log.note(name, reason, thrown);
    return Future.succeededFuture(Loaded.NOTHING);
  }

  /** Whether the row exists and holds an invalid value. */
  private boolean isUnreadable(Throwable thrown) {
    if (thrown instanceof Failure failure) {
      return failure.code() != Code.ORIGIN_UNAVAILABLE;
    }
    // Built-in queries accept any id: there the stored value must be the invalid one.
    return thrown instanceof PgException refused
        && refused.getSqlState().startsWith(DATA_EXCEPTION)
        && (isBuiltIn || String.valueOf(refused.getErrorMessage()).contains("type json"));
  }

  private Failure unreadable(List<String> ids) {
    String table =
        TABLE.matcher(sql).results().map(from -> from.group(1)).reduce((a, b) -> b).orElse(name);
    String row = ids.isEmpty() ? "A row of " + table : "The row of " + table + " for " + id(ids);
    return Failure.of(
        Code.UNREADABLE_VALUE,
        row + " holds a value that is not valid JSON or not a valid time: correct it in the table");
  }

  private static String id(List<String> ids) {
    return String.join(":", ids);
  }

  /** Explains why an error means that nothing exists; null if it does not mean that. */
  private @Nullable String nothing(String state) {
    if (isBuiltIn && NO_SUCH_TABLE.contains(state)) {
      return "has no table and is not used";
    }
    if (isBuiltIn && state.equals(NO_SUCH_COLUMN)) {
      return "has a table of other columns and is not used";
    }
    return !isBuiltIn && state.startsWith(DATA_EXCEPTION)
        ? "takes no such id, so it is answered as absent"
        : null;
  }
}
