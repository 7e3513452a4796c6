package io.aetherkeep.cache;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.keyspace.Document;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The {@code configurations} of a council's PostgreSQL: a row a version, one of them active.
 *
 * @param id type of an {@code id} that has no default, so that each insert must supply one
 */
record ConfigTable(Pool pool, String schema, @Nullable String id) {

  /** What a change came to: the value as the table spells it, and its number. */
  record Changed(@Nullable Document value, long number) {}

  private static final Set<String> TEXTS = Set.of("text", "character varying");

  /** The table as it is now; null where there is none: a system may get it later. */
  Future<@Nullable ConfigTable> find() {
    return pool.preparedQuery(
            "select t.oid is not null, format_type(a.atttypid, null)"
                + " from (select to_regclass($1::text)::oid) as t(oid)"
                + " left join pg_attribute a on a.attrelid = t.oid and a.attname = 'id'"
                + " and not a.attisdropped and not a.atthasdef and a.attidentity = ''")
        .execute(Tuple.of(ReadyMade.in(schema, "@configurations")))
        .map(rows -> rows.iterator().next())
        .map(row -> row.getBoolean(0) ? new ConfigTable(pool, schema, row.getString(1)) : null);
  }

  /** Makes a change if what is active is still what it was; fails with a conflict otherwise. */
  Future<Changed> change(String name, @Nullable Document before, @Nullable Document value) {
    return pool.withTransaction(
        connection ->
            // One writer of a name at a time, whoever else reads it.
            run(connection, "select pg_advisory_xact_lock(hashtext($1::text))", name)
                .compose(
                    locked ->
                        run(
                            connection,
                            "select config_data::text from @configurations"
                                + " where config_type = $1::text and active"
                                + " order by version desc limit 1",
                            name))
                .compose(rows -> still(rows, before))
                .compose(still -> replace(connection, name, value)));
  }

  private static Future<Void> still(RowSet<Row> rows, @Nullable Document before) {
    Iterator<Row> all = rows.iterator();
    String active = all.hasNext() ? all.next().getString(0) : null;
    String expected = before == null ? null : before.toString();
    return Objects.equals(active, expected)
        ? Future.succeededFuture()
        : Future.failedFuture(Failure.of(Code.VERSION_CONFLICT, "Read it again, then decide"));
  }

  private Future<Changed> replace(SqlConnection connection, String name, @Nullable Document value) {
    Future<RowSet<Row>> ended =
        run(
            connection,
            "update @configurations set active = false where config_type = $1::text and active",
            name);
    if (value == null) {
      return ended.map(new Changed(null, 0));
    }
    boolean supplied = id != null && (id.equals("uuid") || TEXTS.contains(id));
    String insert =
        "insert into @configurations"
            + (supplied ? " (id," : " (")
            + " config_type, config_data, version, created_at, active) select"
            + (supplied ? " $3::text::" + id + "," : "")
            + " $1::text, $2::text::jsonb, coalesce(max(version), 0) + 1, now(), true"
            + " from @configurations where config_type = $1::text"
            + " returning config_data::text, version";
    Tuple values = Tuple.of(name, value.toString());
    if (supplied) {
      values.addString(UUID.randomUUID().toString());
    }
    return ended
        .compose(done -> connection.preparedQuery(ReadyMade.in(schema, insert)).execute(values))
        .map(rows -> changed(rows.iterator().next()));
  }

  private static Changed changed(Row row) {
    return new Changed(
        Document.stored(Buffer.buffer(row.getString(0))), row.getInteger(1).longValue());
  }

  private Future<RowSet<Row>> run(SqlConnection connection, String sql, String name) {
    return connection.preparedQuery(ReadyMade.in(schema, sql)).execute(Tuple.of(name));
  }
}
