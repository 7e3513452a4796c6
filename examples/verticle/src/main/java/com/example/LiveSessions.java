package com.example;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.SessionAsks.ReadSessionStats;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;

/**
 * Origin of the keyspace {@code metrics}: computes an entry when it is first read, and Aetherkeep
 * keeps it as long as {@code maxAgeSeconds} says.
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
    // Asked by record: within the node it travels by reference.
    bus.ask(new ReadSessionStats(ask.body().getString("space")))
        .map(stats -> new JsonObject().put("liveSessions", stats.live()))
        .onSuccess(value -> ask.reply(new JsonObject().put("value", value).put("maxAgeSeconds", 10)))
        .onFailure(thrown -> ask.fail(503, thrown.getMessage()));
  }
}
