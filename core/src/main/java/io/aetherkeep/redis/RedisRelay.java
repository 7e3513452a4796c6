package io.aetherkeep.redis;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.keyspace.Space;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Relay of events between the nodes that share a Redis, by publish/subscribe; best effort, like the
 * event bus.
 *
 * <p>The events of one turn of an event loop are published in one message.
 */
public final class RedisRelay {

  private static final System.Logger LOG = System.getLogger(RedisRelay.class.getName());

  /** Limit of events in one message. */
  private static final int MOST_TOGETHER = 500;

  private final Vertx vertx;
  private final Bus bus;
  private final RedisAccess redis;
  private final Map<String, Space> spaces;

  /** Prefix of this node's messages, which it skips on receipt. */
  private final String node;

  private final Context elsewhere;
  private final Map<Thread, Outbox> outboxes = new ConcurrentHashMap<>();
  private final LongAdder published = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final LongAdder received = new LongAdder();

  private RedisRelay(Vertx vertx, Bus bus, RedisAccess redis) {
    this.vertx = vertx;
    this.elsewhere = vertx.getOrCreateContext();
    this.bus = bus;
    this.node = bus.id();
    this.redis = redis;
    this.spaces =
        redis.spaces().stream().collect(Collectors.toMap(Space::name, Function.identity()));
  }

  /** Starts to publish and to receive, without waiting for Redis. */
  public static RedisRelay between(Vertx vertx, Bus bus, RedisAccess redis) {
    RedisRelay relay = new RedisRelay(vertx, bus, redis);
    for (Space space : redis.spaces()) {
      redis.subscriptions(space).subscribe(relay.channel(space), relay::receive);
      redis.subscriptions(space).subscribe(relay.channel(space, relay.node), relay::receive);
    }
    bus.relay(relay::publish);
    return relay;
  }

  /**
   * Counts of events published to other nodes, lost because they could not be published, and
   * received from others.
   */
  public record Tally(long published, long lost, long received) {}

  public Tally tally() {
    return new Tally(published.sum(), lost.sum(), received.sum());
  }

  /** The channel of a space. Channels span databases, so its name has the database's number. */
  private String channel(Space space) {
    return space.prefix() + "events:" + redis.database(space);
  }

  /** The channel of the events for one node. */
  private String channel(Space space, String of) {
    return channel(space) + ":" + of;
  }

  private void publish(String name, @Nullable String to, Buffer event) {
    Space space = spaces.get(name);
    if (space == null) {
      return;
    }
    if (!Context.isOnEventLoopThread()) {
      elsewhere.runOnContext(on -> publish(name, to, event));
      return;
    }
    outboxes
        .computeIfAbsent(Thread.currentThread(), any -> new Outbox(vertx.getOrCreateContext()))
        .add(new Target(space, to == null ? channel(space) : channel(space, to)), event);
  }

  private void receive(Buffer message) {
    int sender = node.length();
    if (message.length() < sender || message.getString(0, sender).equals(node)) {
      return;
    }
    bus.deliver(message.getBuffer(sender, message.length()), received::add);
  }

  /** Channel that events are published in. */
  private record Target(Space space, String channel) {}

  /** Events of one event loop, published at the end of its turn. */
  private final class Outbox {

    private final Context loop;
    private final Map<Target, List<Buffer>> waiting = new HashMap<>();

    Outbox(Context loop) {
      this.loop = loop;
    }

    void add(Target target, Buffer event) {
      List<Buffer> events = waiting.computeIfAbsent(target, any -> new ArrayList<>());
      events.add(event);
      if (events.size() == 1) {
        loop.runOnContext(turn -> flush(target));
      } else if (events.size() == MOST_TOGETHER) {
        flush(target);
      }
    }

    private void flush(Target target) {
      List<Buffer> events = waiting.remove(target);
      if (events != null) {
        Buffer message = Buffer.buffer(node);
        for (int i = 0; i < events.size(); i++) {
          message.appendString(i == 0 ? "[" : ",").appendBuffer(events.get(i));
        }
        message.appendString("]");
        redis
            .line(target.space)
            .send(Request.cmd(Command.PUBLISH).arg(target.channel).arg(message))
            .onSuccess(done -> published.add(events.size()))
            .onFailure(thrown -> countLost(events.size(), thrown));
      }
    }

    private void countLost(int many, Throwable thrown) {
      lost.add(many);
      LOG.log(System.Logger.Level.DEBUG, () -> many + " events could not be published: " + thrown);
    }
  }
}
