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
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The {@code configurations} table in a council's PostgreSQL: one row for each version, of which
 * one is active.
 *
 * @param id type of an {@code id} column without a default, which each insert must supply
 */
public record ConfigTable(Pool pool, String schema, @Nullable String id) {

  /**
   * A change of one configuration.
   *
   * @param condition whether the active value allows the change
   * @param value null to remove it
   */
  public record Step(
      String name,
      Function<@Nullable Document, Future<Boolean>> condition,
      @Nullable Document value) {}

  /** Result of a step, with values as the table formats them. */
  public record Changed(Step step, @Nullable Document before, @Nullable Document value) {

    /** Whether there was nothing to remove. */
    public boolean isAbsent() {
      return before == null && value == null;
    }
  }

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
   * Changes configurations if their active values meet all conditions; otherwise changes none, and
   * fails with a conflict. A lock for each name excludes concurrent writers, so that unconditional
   * changes always succeed.
   *
   * @param note records the changes, of at least this version number, while the locks are held, and
   *     returns their number; if it fails, they are rolled back
   */
  public Future<Long> change(List<Step> steps, BiFunction<List<Changed>, Long, Future<Long>> note) {
    // All writers lock names in the same order, so that they cannot deadlock.
    List<Step> ordered = steps.stream().sorted(Comparator.comparing(Step::name)).toList();
    return pool.withTransaction(
        connection ->
            inTurn(
                    ordered,
                    step ->
                        run(
                            connection,
                            "select pg_advisory_xact_lock(hashtext($1::text))",
                            step.name()))
                .compose(locked -> inTurn(ordered, step -> checked(connection, step)))
                .compose(
                    before ->
                        next(connection, ordered)
                            .compose(
                                number ->
                                    inTurn(before, active -> replace(connection, active, number))
                                        .compose(changed -> note.apply(changed, number))
                                        .compose(
                                            noted ->
                                                renumbered(connection, ordered, number, noted)))));
  }

  /**
   * Numbers the new versions as they were noted: removals have numbers too, but no rows. Returns
   * that number.
   */
  private Future<Long> renumbered(
      SqlConnection connection, List<Step> steps, long number, long noted) {
    if (noted <= number) {
      return Future.succeededFuture(noted);
    }
    String[] names = steps.stream().map(Step::name).toArray(String[]::new);
    return connection
        .preparedQuery(
            BuiltInOrigins.in(
                schema,
                "update @configurations set version = $2"
                    + " where config_type = any($1::text[]) and active and version = $3"))
        .execute(
            Tuple.tuple().addArrayOfString(names).addInteger((int) noted).addInteger((int) number))
        .map(noted);
  }

  private static <T, R> Future<List<R>> inTurn(List<T> all, Function<T, Future<R>> action) {
    Future<List<R>> done = Future.succeededFuture(new ArrayList<>());
    for (T one : all) {
      done =
          done.compose(
              results ->
                  action
                      .apply(one)
                      .map(
                          result -> {
                            results.add(result);
                            return results;
                          }));
    }
    return done;
  }

  /** Reads the active value and checks the step's condition. The result has no new value yet. */
  private Future<Changed> checked(SqlConnection connection, Step step) {
    return run(
            connection,
            "select config_data::text from @configurations"
                + " where config_type = $1::text and active order by version desc limit 1",
            step.name())
        .map(ConfigTable::first)
        .compose(
            before ->
                step.condition()
                    .apply(before)
                    .map(
                        holds -> {
                          if (!holds) {
                            throw conflict(step.name());
                          }
                          return new Changed(step, before, null);
                        }));
  }

  private static @Nullable Document first(RowSet<Row> rows) {
    Iterator<Row> all = rows.iterator();
    return all.hasNext() ? Document.stored(Buffer.buffer(all.next().getString(0))) : null;
  }

  /** The number of the next version of all these configurations. */
  private Future<Long> next(SqlConnection connection, List<Step> steps) {
    String[] names = steps.stream().map(Step::name).toArray(String[]::new);
    return connection
        .preparedQuery(
            BuiltInOrigins.in(
                schema,
                "select coalesce(max(version), 0) + 1 from @configurations"
                    + " where config_type = any($1::text[])"))
        .execute(Tuple.tuple().addArrayOfString(names))
        .map(rows -> rows.iterator().next().getInteger(0).longValue());
  }

  private Future<Changed> replace(SqlConnection connection, Changed before, long number) {
    Step step = before.step();
    Document value = step.value();
    if (before.before() == null && value == null) {
      return Future.succeededFuture(before);
    }
    Future<RowSet<Row>> ended =
        run(
            connection,
            "update @configurations set active = false where config_type = $1::text and active",
            step.name());
    return value == null
        ? ended.map(before)
        : ended
            .compose(done -> insert(connection, step.name(), value, number))
            .map(rows -> new Changed(step, before.before(), first(rows)));
  }

  private Future<RowSet<Row>> insert(
      SqlConnection connection, String name, Document value, long number) {
    boolean supplied = id != null && (id.equals("uuid") || TEXTS.contains(id));
    String sql =
        "insert into @configurations"
            + (supplied ? " (id," : " (")
            + " config_type, config_data, version, created_at, active) values ("
            + (supplied ? " $4::text::" + id + "," : "")
            + " $1::text, $2::text::jsonb, $3, now(), true) returning config_data::text";
    Tuple values = Tuple.of(name, value.toString(), (int) number);
    if (supplied) {
      values.addString(UUID.randomUUID().toString());
    }
    return connection.preparedQuery(BuiltInOrigins.in(schema, sql)).execute(values);
  }

  private Future<RowSet<Row>> run(SqlConnection connection, String sql, String name) {
    return connection.preparedQuery(BuiltInOrigins.in(schema, sql)).execute(Tuple.of(name));
  }

  /** Failure: the stored version of a configuration is not the expected one. */
  public static Failure conflict(String name) {
    return Failure.of(
        Code.VERSION_CONFLICT,
        "The stored version of '" + name + "' is another one: read it again, then retry");
  }
}
