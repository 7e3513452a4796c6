package io.aetherkeep.router.watch;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.ConfigAsks.Config;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.catalogue.HealthAsks.ListProviders;
import io.aetherkeep.catalogue.HealthAsks.ReadProvider;
import io.aetherkeep.catalogue.PlaybackAsks.Listeners;
import io.aetherkeep.catalogue.PlaybackAsks.ReadListeners;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlayback;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.keyspace.Document;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Where the present values of topics are asked for. */
final class LatestSources {

  private final Bus bus;

  LatestSources(Bus bus) {
    this.bus = bus;
  }

  Future<Push> read(TopicName name) {
    return value(name).map(value -> Push.latest(name.text(), value));
  }

  private Future<@Nullable Document> value(TopicName name) {
    String space = name.space();
    return switch (name.sort()) {
      case "listeners" ->
          bus.ask(new ReadListeners(space, name.keys().get(0))).map(LatestSources::count);
      case "playback" ->
          // Its age is no news of it.
          bus.ask(new ReadPlayback(space, name.keys().get(0))).map(now -> json(now.asStale(null)));
      case "session" ->
          bus.ask(new ReadSession(space, name.keys().get(0), false, null)).map(LatestSources::json);
      case "providers" -> bus.ask(new ListProviders(space, null)).map(LatestSources::json);
      case "config" ->
          orNothing(
              bus.ask(new ReadConfig(space, name.keys().get(0))).map(Config::value),
              Code.CONFIG_UNKNOWN);
      case "provider" ->
          orNothing(
              bus.ask(new ReadProvider(space, name.keys().get(0))).map(LatestSources::json),
              Code.PROVIDER_UNKNOWN);
      default -> Future.failedFuture(Failure.of(Code.TOPIC_UNKNOWN, "Nobody has its value"));
    };
  }

  /** How many listen, as everybody is told: the peak is asked for by who wants it. */
  private record Count(String podcastId, long listeners, long users) {}

  private static Document count(Listeners now) {
    return json(new Count(now.podcastId(), now.listeners(), now.users()));
  }

  private static Document json(Object record) {
    return Document.stored(Buffer.buffer(RecordJson.write(record)));
  }

  /** One may wait for what is not there yet. */
  private static Future<@Nullable Document> orNothing(Future<Document> value, Code unknown) {
    return value.recover(
        thrown ->
            Failure.from(thrown).code() == unknown
                ? Future.succeededFuture(null)
                : Future.failedFuture(thrown));
  }
}
