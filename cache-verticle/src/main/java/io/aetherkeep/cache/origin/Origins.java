package io.aetherkeep.cache.origin;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.cache.settings.CacheSettings.Declarations;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Layout;
import io.aetherkeep.keyspace.Space;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Factory of the declared origins, with this event loop's connections to them. */
public final class Origins {

  private static final int MOST_HTTP_CONNECTIONS = 16;
  private static final int MOST_WAITING = 256;

  private final Vertx vertx;
  private final Bus bus;
  private final CacheSettings settings;
  private final OriginLog log;
  private @Nullable Pool pool;
  private @Nullable HttpClient client;

  public Origins(Vertx vertx, Bus bus, CacheSettings settings, OriginLog log) {
    this.log = log;
    this.vertx = vertx;
    this.bus = bus;
    this.settings = settings;
  }

  /** Creates the origins of a space, by keyspace. */
  public Map<String, Origin> of(Space space) {
    Map<String, Origin> origins = new HashMap<>();
    Declarations declared = settings.origins().get(space.name());
    if (declared == null) {
      return origins;
    }
    if (hasPostgres() && !declared.schema().isEmpty()) {
      BuiltInOrigins.of(declared.tables())
          .forEach(
              (keyspace, query) ->
                  origins.put(
                      keyspace,
                      postgres(
                          space,
                          keyspace,
                          BuiltInOrigins.in(declared.schema(), query)
                              .replace("LARGEST", String.valueOf(space.maxValueBytes())),
                          true)));
      // A space without the built-in caches has no keyspace for these.
      Keyspaces.CACHES.stream()
          .filter(cache -> !Keyspaces.caches(space).contains(cache))
          .forEach(cache -> origins.remove(cache.name()));
    }
    declared
        .byKeyspace()
        .forEach(
            (keyspace, text) -> {
              if (isTables(text) || keyspace.equals(OriginAppends.HISTORY)) {
                return;
              }
              Origin origin = origin(space, keyspace, text);
              if (origin == null) {
                origins.remove(keyspace);
              } else {
                origins.put(keyspace, origin);
              }
            });
    return origins;
  }

  /**
   * The table that is the system of record of a space's configurations, if it is a built-in one.
   */
  @Nullable
  public ConfigTable configTable(Space space) {
    Declarations declared = settings.origins().get(space.name());
    if (declared == null || declared.schema().isEmpty() || !hasPostgres()) {
      return null;
    }
    String config = Keyspaces.CONFIGS.name();
    boolean known =
        BuiltInOrigins.of(declared.tables()).containsKey(config)
            && isTables(declared.byKeyspace().getOrDefault(config, "tables"));
    return known ? new ConfigTable(pool(), declared.schema(), null) : null;
  }

  boolean hasPostgres() {
    return !settings.postgres().url().isEmpty();
  }

  /** Whether a declaration names the built-in tables, which are also the default. */
  private static boolean isTables(String text) {
    return text.equalsIgnoreCase("tables");
  }

  private @Nullable Origin origin(Space space, String keyspace, String text) {
    String word = text.toLowerCase(Locale.ROOT);
    if (word.equals("bus")) {
      return new BusOrigin(bus, space.name(), keyspace, this::hardTimeout);
    }
    if (word.startsWith("http://") || word.startsWith("https://")) {
      return new HttpOrigin(
          client(),
          text,
          variables(space, keyspace),
          layout(space, keyspace),
          space.maxValueBytes(),
          this::hardTimeout);
    }
    return word.equals("none") || !hasPostgres() ? null : postgres(space, keyspace, text, false);
  }

  private Duration hardTimeout() {
    return settings.loading().hardTimeout();
  }

  private PostgresOrigin postgres(Space space, String keyspace, String sql, boolean isBuiltIn) {
    String name = space.name() + "/" + keyspace;
    return new PostgresOrigin(
        pool(), name, sql, isBuiltIn, layout(space, keyspace), space.maxValueBytes(), log);
  }

  private static List<String> variables(Space space, String name) {
    return named(space, name).map(keyspace -> keyspace.pattern().variables()).orElse(List.of());
  }

  private static Layout layout(Space space, String name) {
    return named(space, name).<Layout>map(Keyspace::layout).orElse(Layout.JSON);
  }

  private static Optional<Keyspace<?>> named(Space space, String name) {
    return Keyspaces.of(space).stream()
        .filter(keyspace -> keyspace.name().equals(name))
        .findFirst();
  }

  private HttpClient client() {
    HttpClient present = client;
    if (present == null) {
      present =
          vertx.createHttpClient(
              new HttpClientOptions().setConnectTimeout(2000).setDecompressionSupported(true),
              new PoolOptions()
                  .setHttp1MaxSize(MOST_HTTP_CONNECTIONS)
                  .setMaxWaitQueueSize(MOST_WAITING));
      client = present;
    }
    return present;
  }

  /**
   * Returns the PostgreSQL pool, created on first use. The server ends statements that exceed the
   * hard timeout, as it was set at that time.
   *
   * <p>A connection from which nothing is received for much longer is closed: the server's host may
   * have vanished, which TCP notices after a quarter of an hour. Idle connections are closed before
   * that, so that no statement begins on a connection about to be closed.
   */
  Pool pool() {
    Pool present = pool;
    if (present == null) {
      int hard = (int) settings.loading().hardTimeout().toMillis();
      PgConnectOptions options =
          PgConnectOptions.fromUri(settings.postgres().url())
              // Timestamps without a zone are in UTC.
              .addProperty("TimeZone", "UTC")
              .addProperty("statement_timeout", Integer.toString(hard));
      present =
          PgBuilder.pool()
              .with(
                  new io.vertx.sqlclient.PoolOptions()
                      .setMaxSize(settings.postgres().poolSize())
                      .setMaxWaitQueueSize(MOST_WAITING)
                      .setConnectionTimeout(hard)
                      .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                      .setIdleTimeout(2 * hard)
                      .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                      .setPoolCleanerPeriod(Math.max(1, hard / 2)))
              .with(
                  new NetClientOptions()
                      .setConnectTimeout(hard)
                      .setReadIdleTimeout(4 * hard)
                      .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
              .connectingTo(options)
              .using(vertx)
              .build();
      pool = present;
    }
    return present;
  }

  public Future<?> close() {
    List<Future<?>> closing = new ArrayList<>();
    if (pool != null) {
      closing.add(pool.close());
    }
    if (client != null) {
      closing.add(client.close());
    }
    return Future.all(closing);
  }
}
