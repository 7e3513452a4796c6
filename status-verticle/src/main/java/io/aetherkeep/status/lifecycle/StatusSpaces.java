package io.aetherkeep.status.lifecycle;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.StatusAsks.StatusNotice;
import io.aetherkeep.catalogue.StatusAsks.StatusesMissed;
import io.aetherkeep.keyspace.Glob;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.redis.subscription.RedisSubscriptions.Listener;
import io.aetherkeep.redis.subscription.RedisSubscriptions.PatternListener;
import io.aetherkeep.status.settings.EndWords;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.settings.StatusSettings;
import io.aetherkeep.status.store.Observations;
import io.aetherkeep.status.store.RedisFeed;
import io.aetherkeep.status.store.RedisStatusKeys;
import io.aetherkeep.status.store.RedisStatusStore;
import io.aetherkeep.status.store.StatusStore;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Factory of the status spaces on this event loop's connections, and of their subscriptions. */
public final class StatusSpaces {

  private StatusSpaces() {}

  public static PerSpace<StatusSpace> of(
      RedisAccess redis,
      StatusSettings settings,
      Function<Space, RedisClock> clocks,
      Map<String, LastKnownStatuses> recent,
      Bus bus) {
    Consumer<Event> events = bus::publish;
    Map<String, StatusSpace> spaces = new LinkedHashMap<>();
    for (Space space : redis.spaces()) {
      RedisClock clock = clocks.apply(space);
      EndWords ends = settings.endWords(space.name());
      StatusStore store =
          new RedisStatusStore(
              redis.line(space), space, redis.database(space), settings, clock, events);
      Observations observations = observations(settings, space, store, events);
      spaces.put(
          space.name(),
          new StatusSpace(
              space,
              ends,
              store,
              observations,
              new RecordObservations(bus, space.name(), ends, observations, store),
              new StatusViews(space.name(), new Estimates(store, clock), clock),
              control(redis, settings, space, store),
              Objects.requireNonNull(recent.get(space.name()))));
    }
    return PerSpace.by(spaces);
  }

  private static @Nullable CeleryControl control(
      RedisAccess redis, StatusSettings settings, Space space, StatusStore store) {
    StatusKind kind = settings.celeryKind(space.name());
    return kind == null
        ? null
        : new CeleryControl(
            store, kind, settings.celeryControl(space.name()), redis.database(space));
  }

  private static Observations observations(
      StatusSettings settings, Space space, StatusStore store, Consumer<Event> events) {
    StatusKind kind = settings.celeryKind(space.name());
    return kind == null
        ? store::observe
        : new CeleryObservations(space, settings.endWords(space.name()), store, kind, events);
  }

  /**
   * Subscribes to Celery's results; after an interruption, takes over those of all running tasks.
   */
  public static void listenToCelery(
      RedisAccess redis, StatusSettings settings, PerSpace<StatusSpace> spaces, Context loop) {
    for (Space space : redis.spaces()) {
      StatusKind kind = settings.celeryKind(space.name());
      if (kind != null) {
        CeleryIntake intake = new CeleryIntake(spaces.of(space.name()), kind);
        String prefix = new RedisStatusKeys(space).celery("");
        redis
            .subscriptions(space)
            .subscribeAll(
                Glob.literally(prefix) + "*",
                new PatternListener() {
                  @Override
                  public void message(String channel, Buffer body) {
                    String id = channel.substring(prefix.length());
                    loop.runOnContext(there -> intake.of(id));
                  }

                  @Override
                  public void missed() {
                    loop.runOnContext(there -> intake.ofAll());
                  }
                });
      }
    }
  }

  /** Forwards every published status change to all event loops of this node. */
  public static void listen(RedisAccess redis, Bus bus) {
    for (Space space : redis.spaces()) {
      String name = space.name();
      redis
          .subscriptions(space)
          .subscribe(
              RedisStatusKeys.channel(space, redis.database(space)),
              new Listener() {
                @Override
                public void message(Buffer body) {
                  bus.signal(new StatusNotice(RedisFeed.parse(name, body)));
                }

                @Override
                public void missed() {
                  bus.signal(new StatusesMissed(name));
                }
              });
    }
  }
}
