package io.aetherkeep.cache.origin;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.document.Document;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The {@code configurations} table in a council's PostgreSQL: one row for each version, of which
 * one is active.
 *
 * @param id type of an {@code id} column without a default, which each insert must supply
 */
public record ConfigTable(Pool pool, String schema, @Nullable String id) {

  /** The active version of a configuration. */
  public record Active(Document value, long number) {}

  /**
   * Result of a change, with values as the table formats them.
   *
   * @param number number of the version that was inserted, or removed
   */
  public record Changed(@Nullable Active before, @Nullable Document value, long number) {}

  private static final Set<String> TEXTS = Set.of("text", "character varying");

  /** Looks the table up; null if it does not exist (yet). */
  public Future<@Nullable ConfigTable> find() {
    return pool.preparedQuery(
            "select t.oid is not null, format_type(a.atttypid, null)"
                + " from (select to_regclass($1::text)::oid) as t(oid)"
                + " left join pg_attribute a on a.attrelid = t.oid and a.attname = 'id'"
                + " and not a.attisdropped and not a.atthasdef and a.attidentity = ''")
        .execute(Tuple.of(BuiltInOrigins.in(schema, "@configurations")))
        .map(rows -> rows.iterator().next())
        .map(row -> row.getBoolean(0) ? new ConfigTable(pool, schema, row.getString(1)) : null);
  }

  /** A configuration in the table: its active version, and the time of that version. */
  public record Listed(String name, long number, @Nullable String at) {}

  /** Lists the active configurations by name, after a given name. */
  public Future<List<Listed>> list(String after, int most) {
    return pool.preparedQuery(
            BuiltInOrigins.in(
                schema,
                "select distinct on (config_type) config_type, version, ISO(created_at)"
                    + " from @configurations where active and config_type > $1::text"
                    + " order by config_type, version desc limit $2"))
        .execute(Tuple.of(after, most))
        .map(
            rows -> {
              List<Listed> listed = new ArrayList<>();
              rows.forEach(
                  row ->
                      listed.add(
                          new Listed(
                              row.getString(0), row.getInteger(1).longValue(), row.getString(2))));
              return listed;
            });
  }

  /** The active value under a name; null if there is none, or it is larger than {@code largest}. */
  public Future<@Nullable Document> value(String name, int largest) {
    return pool.preparedQuery(
            BuiltInOrigins.in(
                schema,
                "select json from (select config_data::text from @configurations"
                    + " where config_type = $1::text and active order by version desc limit 1)"
                    + " as active(json) where octet_length(json) <= $2"))
        .execute(Tuple.of(name, largest))
        .map(
            rows -> {
              Iterator<Row> all = rows.iterator();
              return all.hasNext() ? Document.stored(Buffer.buffer(all.next().getString(0))) : null;
            });
  }

  /**
   * Changes a configuration if the active value meets a condition, else fails with a conflict. One
   * writer of a name at a time, so that unconditional changes always succeed.
   *
   * @param note records the change while the lock is held; if it fails, the change is rolled back
   */
  public Future<Long> change(
      String name,
      Function<@Nullable Document, Future<Boolean>> condition,
      @Nullable Document value,
      Function<Changed, Future<Long>> note) {
    return pool.withTransaction(
        connection ->
            run(connection, "select pg_advisory_xact_lock(hashtext($1::text))", name)
                .compose(
                    locked ->
                        run(
                            connection,
                            "select config_data::text, version from @configurations"
                                + " where config_type = $1::text and active"
                                + " order by version desc limit 1",
                            name))
                .map(ConfigTable::active)
                .compose(
                    before ->
                        condition
                            .apply(before == null ? null : before.value())
                            .compose(
                                holds ->
                                    holds
                                        ? replace(connection, name, before, value).compose(note)
                                        : Future.failedFuture(conflict()))));
  }

  private static @Nullable Active active(RowSet<Row> rows) {
    Iterator<Row> all = rows.iterator();
    return all.hasNext() ? version(all.next()) : null;
  }

  private static Active version(Row row) {
    Document value = Document.stored(Buffer.buffer(row.getString(0)));
    return new Active(value, row.getInteger(1).longValue());
  }

  private Future<Changed> replace(
      SqlConnection connection, String name, @Nullable Active before, @Nullable Document value) {
    if (before == null && value == null) {
      return Future.succeededFuture(new Changed(null, null, 0));
    }
    Future<RowSet<Row>> ended =
        run(
            connection,
            "update @configurations set active = false where config_type = $1::text and active",
            name);
    if (value == null) {
      return ended.map(new Changed(before, null, before == null ? 0 : before.number()));
    }
    return ended
        .compose(done -> insert(connection, name, value))
        .map(rows -> version(rows.iterator().next()))
        .map(now -> new Changed(before, now.value(), now.number()));
  }

  private Future<RowSet<Row>> insert(SqlConnection connection, String name, Document value) {
    boolean supplied = id != null && (id.equals("uuid") || TEXTS.contains(id));
    String sql =
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
    return connection.preparedQuery(BuiltInOrigins.in(schema, sql)).execute(values);
  }

  private Future<RowSet<Row>> run(SqlConnection connection, String sql, String name) {
    return connection.preparedQuery(BuiltInOrigins.in(schema, sql)).execute(Tuple.of(name));
  }

  public static Failure conflict() {
    return Failure.of(
        Code.VERSION_CONFLICT, "The stored version is another one: read it again, then retry");
  }
}
