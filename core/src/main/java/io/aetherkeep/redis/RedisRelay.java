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
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Tells the events of this node to all nodes that share its Redis, and theirs to this one: best
 * effort, as the event bus is.
 *
 * <p>The events of one turn of an event loop travel together.
 */
public final class RedisRelay {

  private static final System.Logger LOG = System.getLogger(RedisRelay.class.getName());

  /** So many events one message takes; a burst of more is several. */
  private static final int MOST_TOGETHER = 500;

  private final Vertx vertx;
  private final Bus bus;
  private final RedisAccess redis;
  private final Map<String, Space> spaces;

  /** What our messages begin with, so that they are known here before they are read. */
  private final String node = UUID.randomUUID().toString();

  private final Context elsewhere;
  private final Map<Thread, Outbox> outboxes = new ConcurrentHashMap<>();
  private final LongAdder told = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final LongAdder heard = new LongAdder();

  private RedisRelay(Vertx vertx, Bus bus, RedisAccess redis) {
    this.vertx = vertx;
    this.elsewhere = vertx.getOrCreateContext();
    this.bus = bus;
    this.redis = redis;
    this.spaces =
        redis.spaces().stream().collect(Collectors.toMap(Space::name, Function.identity()));
  }

  /** Begins to tell and to hear, which does not wait for Redis to be there. */
  public static RedisRelay between(Vertx vertx, Bus bus, RedisAccess redis) {
    RedisRelay relay = new RedisRelay(vertx, bus, redis);
    for (Space space : redis.spaces()) {
      redis.subscriptions(space).subscribe(relay.channel(space), relay::hear);
    }
    bus.relay(relay::tell);
    return relay;
  }

  /** How many events became what: told to other nodes, lost on the way out, heard from others. */
  public record Tally(long told, long lost, long heard) {}

  public Tally tally() {
    return new Tally(told.sum(), lost.sum(), heard.sum());
  }

  /** Channels know no logical databases: each has one of its own. */
  private String channel(Space space) {
    return space.prefix() + "events:" + redis.database(space);
  }

  private void tell(String name, Buffer event) {
    Space space = spaces.get(name);
    if (space == null) {
      return;
    }
    if (!Context.isOnEventLoopThread()) {
      elsewhere.runOnContext(on -> tell(name, event));
      return;
    }
    outboxes
        .computeIfAbsent(Thread.currentThread(), any -> new Outbox(vertx.getOrCreateContext()))
        .add(space, event);
  }

  private void hear(Buffer message) {
    int sender = node.length();
    if (message.length() < sender || message.getString(0, sender).equals(node)) {
      return;
    }
    bus.deliver(message.getBuffer(sender, message.length()), heard::add);
  }

  /** What one event loop has to tell at the end of its turn. */
  private final class Outbox {

    private final Context loop;
    private final Map<Space, List<Buffer>> waiting = new HashMap<>();

    Outbox(Context loop) {
      this.loop = loop;
    }

    void add(Space space, Buffer event) {
      List<Buffer> those = waiting.computeIfAbsent(space, any -> new ArrayList<>());
      those.add(event);
      if (those.size() == 1) {
        loop.runOnContext(turn -> flush(space));
      } else if (those.size() == MOST_TOGETHER) {
        flush(space);
      }
    }

    private void flush(Space space) {
      List<Buffer> those = waiting.remove(space);
      if (those != null) {
        Buffer message = Buffer.buffer(node);
        for (int i = 0; i < those.size(); i++) {
          message.appendString(i == 0 ? "[" : ",").appendBuffer(those.get(i));
        }
        message.appendString("]");
        redis
            .line(space)
            .send(Request.cmd(Command.PUBLISH).arg(channel(space)).arg(message))
            .onSuccess(done -> told.add(those.size()))
            .onFailure(thrown -> lose(those.size(), thrown));
      }
    }

    private void lose(int many, Throwable thrown) {
      lost.add(many);
      LOG.log(System.Logger.Level.DEBUG, () -> many + " events were not told: " + thrown);
    }
  }
}
