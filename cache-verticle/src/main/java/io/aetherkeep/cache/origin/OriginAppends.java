package io.aetherkeep.cache.origin;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.cache.settings.CacheSettings.Declarations;
import io.aetherkeep.catalogue.OriginAsks.AppendToOrigin;
import io.aetherkeep.catalogue.OriginAsks.AppendedToOrigin;
import io.aetherkeep.keyspace.PerSpace;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.Locale;

/** Appends to origins: by a verticle on the bus, or a SQL statement. */
public final class OriginAppends {

  /** The only keyspace with appends. */
  static final String HISTORY = "history";

  private final Bus bus;
  private final Origins origins;
  private final CacheSettings settings;
  private final PerSpace<Declarations> declarations;
  private final OriginLog log;

  public OriginAppends(Bus bus, Origins origins, CacheSettings settings, OriginLog log) {
    this.bus = bus;
    this.origins = origins;
    this.settings = settings;
    this.declarations = PerSpace.by(settings.origins());
    this.log = log;
  }

  public Future<AppendedToOrigin> append(AppendToOrigin ask) {
    String text = declarations.of(ask.space()).byKeyspace().getOrDefault(ask.keyspace(), "none");
    if (!ask.keyspace().equals(HISTORY) || text.equalsIgnoreCase("none")) {
      throw Failure.of(Code.KEYSPACE_UNKNOWN, "No origin is declared for a keyspace of this name");
    }
    return send(ask, text)
        .recover(
            thrown -> {
              log.failed(ask.space() + "/" + ask.keyspace(), thrown);
              return Future.failedFuture(
                  Failure.of(
                      Code.ORIGIN_UNAVAILABLE,
                      "The message was written to Redis but not to the system of record: "
                          + "append it again under its Idempotency-Key"));
            });
  }

  private Future<AppendedToOrigin> send(AppendToOrigin ask, String text) {
    if (text.toLowerCase(Locale.ROOT).equals("bus")) {
      return bus.askByName(
          "origin." + ask.keyspace(),
          ask,
          AppendedToOrigin.class,
          settings.loading().hardTimeout());
    }
    if (!origins.hasPostgres()) {
      return Future.failedFuture(
          Failure.of(
              Code.ORIGIN_UNAVAILABLE, "postgres.url is not set, which its statement needs"));
    }
    return origins
        .pool()
        .preparedQuery(text)
        .execute(values(ask, text))
        .map(done -> new AppendedToOrigin());
  }

  /** Binds as many values as the statement has: session id, message as JSON, idempotency key. */
  private static Tuple values(AppendToOrigin ask, String sql) {
    Tuple values = Tuple.of(ask.id());
    if (sql.contains("$2") || sql.contains("$3")) {
      values.addString(ask.value().toString());
    }
    if (sql.contains("$3")) {
      values.addString(ask.key());
    }
    return values;
  }
}
