package io.aetherkeep.status.lifecycle;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.StatusAsks.StatusHeard;
import io.aetherkeep.catalogue.StatusAsks.StatusesMissed;
import io.aetherkeep.keyspace.Glob;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisClock;
import io.aetherkeep.redis.RedisSubscriptions.Listener;
import io.aetherkeep.redis.RedisSubscriptions.PatternListener;
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

/** Sets up the spaces of every space on this event loop's lines, and hears what changes. */
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
      StatusStore book =
          new RedisStatusStore(
              redis.line(space), space, redis.database(space), settings, clock, events);
      Observations sights = sights(settings, space, book, events);
      spaces.put(
          space.name(),
          new StatusSpace(
              space,
              ends,
              book,
              sights,
              new RecordObservations(bus, space.name(), ends, sights, book),
              new StatusViews(space.name(), new Estimates(book, clock), clock),
              Objects.requireNonNull(recent.get(space.name()))));
    }
    return PerSpace.by(spaces);
  }

  private static Observations sights(
      StatusSettings settings, Space space, StatusStore book, Consumer<Event> events) {
    StatusKind kind = settings.celeryKind(space.name());
    return kind == null
        ? book::look
        : new CeleryObservations(space, settings.endWords(space.name()), book, kind, events);
  }

  /** Looks at the tasks of which a Celery publishes something, and at all after an outage. */
  public static void listenToCelery(
      RedisAccess redis, StatusSettings settings, PerSpace<StatusSpace> spaces, Context loop) {
    for (Space space : redis.spaces()) {
      StatusKind kind = settings.celeryKind(space.name());
      if (kind != null) {
        CeleryIntake news = new CeleryIntake(spaces.of(space.name()), kind);
        String prefix = new RedisStatusKeys(space).celery("");
        redis
            .subscriptions(space)
            .subscribeAll(
                Glob.literally(prefix) + "*",
                new PatternListener() {
                  @Override
                  public void message(String channel, Buffer body) {
                    String id = channel.substring(prefix.length());
                    loop.runOnContext(there -> news.of(id));
                  }

                  @Override
                  public void missed() {
                    loop.runOnContext(there -> news.ofAll());
                  }
                });
      }
    }
  }

  /** Passes on to every event loop what is published, whichever node wrote it. */
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
                  bus.signal(new StatusHeard(RedisFeed.heard(name, body)));
                }

                @Override
                public void missed() {
                  bus.signal(new StatusesMissed(name));
                }
              });
    }
  }
}
