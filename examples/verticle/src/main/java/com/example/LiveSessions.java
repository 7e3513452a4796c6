package com.example;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.SessionListAsks.ReadSessionStats;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;

/**
 * Origin of the keyspace {@code metrics}: computes an entry at its first read, and Aetherkeep
 * caches it for {@code maxAgeSeconds}.
 */
public final class LiveSessions extends VerticleBase {

  private Bus bus;

  @Override
  public Future<?> start() {
    bus = Bus.of(vertx);
    return vertx
        .eventBus()
        .<JsonObject>consumer("aetherkeep.origin.metrics", this::load)
        .completion();
  }

  private void load(Message<JsonObject> ask) {
    // A typed request: within the node the record is passed by reference.
    bus.ask(new ReadSessionStats(ask.body().getString("space")))
        .map(stats -> new JsonObject().put("liveSessions", stats.live()))
        .onSuccess(
            value -> ask.reply(new JsonObject().put("value", value).put("maxAgeSeconds", 10)))
        .onFailure(thrown -> ask.fail(503, thrown.getMessage()));
  }
}
