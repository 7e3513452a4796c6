package io.aetherkeep.redis.subscription;

import io.aetherkeep.redis.connection.RedisDial;
import io.aetherkeep.redis.connection.RedisLocator;
import io.aetherkeep.redis.connection.RedisPing;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions of a JVM on one server, on a separate connection.
 *
 * <p>Each channel is subscribed once for all its listeners. After a reconnect, or a first attempt
 * that failed, all channels are subscribed again, and each listener is notified that it may have
 * missed messages.
 */
public final class RedisNodeSubscriptions implements RedisSubscriptions {

  private static final System.Logger LOG = System.getLogger(RedisNodeSubscriptions.class.getName());

  private final Context loop;
  private final RedisDial dial;
  private final Map<String, List<Listener>> listeners = new LinkedHashMap<>();

  private final Map<String, List<PatternListener>> patterns = new LinkedHashMap<>();

  /** Promises of channels whose subscription is not confirmed yet. */
  private final Map<String, List<Promise<Void>>> confirming = new LinkedHashMap<>();

  /** Number of subscribe commands of each channel that are sent and not confirmed yet. */
  private final Map<String, Integer> unconfirmed = new HashMap<>();

  private volatile @Nullable RedisConnection connection;

  /** Whether an attempt to connect has ended, so that a later one may come after messages. */
  private boolean attempted;

  private final PushLiveness liveness;

  public RedisNodeSubscriptions(
      Vertx vertx, RedisTarget target, @Nullable RedisLocator master, String name) {
    this.loop = vertx.getOrCreateContext();
    this.dial = new RedisDial(vertx, target, master, name, new Ends());
    this.liveness =
        new PushLiveness(
            vertx, dial, target.timeout().plus(PushLiveness.PERIOD.multipliedBy(2)), this::receive);
  }

  @Override
  public Future<Void> open() {
    return liveness.open().onSuccess(ended -> attempted = true);
  }

  @Override
  public Future<Void> close() {
    return liveness.close();
  }

  @Override
  public Future<Void> subscribe(String channel, Listener listener) {
    Promise<Void> confirmed = Promise.promise();
    loop.runOnContext(
        on -> {
          boolean first = !listeners.containsKey(channel);
          listeners.computeIfAbsent(channel, any -> new ArrayList<>()).add(listener);
          if (first) {
            confirming.computeIfAbsent(channel, any -> new ArrayList<>()).add(confirmed);
            if (connection != null) {
              unconfirmed.merge(channel, 1, Integer::sum);
            }
            sendNow(Command.SUBSCRIBE, channel);
          } else if (confirming.containsKey(channel)) {
            confirming.computeIfAbsent(channel, any -> new ArrayList<>()).add(confirmed);
          } else {
            confirmed.complete();
          }
        });
    return confirmed.future();
  }

  @Override
  public void subscribeAll(String pattern, PatternListener listener) {
    loop.runOnContext(
        on -> {
          if (!patterns.containsKey(pattern)) {
            sendNow(Command.PSUBSCRIBE, pattern);
          }
          patterns.computeIfAbsent(pattern, any -> new ArrayList<>()).add(listener);
        });
  }

  @Override
  public void unsubscribe(String channel, Listener listener) {
    loop.runOnContext(
        on -> {
          List<Listener> some = listeners.get(channel);
          if (some != null && some.remove(listener) && some.isEmpty()) {
            listeners.remove(channel);
            cancel(channel);
            sendNow(Command.UNSUBSCRIBE, channel);
          }
        });
  }

  @Override
  public boolean isUp() {
    return connection != null;
  }

  private void sendNow(Command command, String channel) {
    RedisConnection present = connection;
    if (present != null) {
      present
          .send(Request.cmd(command).arg(channel))
          .onFailure(e -> dial.disconnect("broken write"));
    }
  }

  private void receive(Response frame) {
    liveness.markAlive();
    if (frame.type() != ResponseType.MULTI || frame.size() < 3) {
      return;
    }
    String channel = frame.get(1).toString();
    switch (frame.get(0).toString()) {
      case "subscribe" -> confirm(channel);
      case "message" -> deliver(channel, frame.get(2).toBuffer());
      case "pmessage" -> deliver(channel, frame.get(2).toString(), frame.get(3).toBuffer());
      default -> {}
    }
  }

  /** Confirms a subscription, unless it was ended and begun again since its command was sent. */
  private void confirm(String channel) {
    if (unconfirmed.merge(channel, -1, Integer::sum) > 0) {
      return;
    }
    unconfirmed.remove(channel);
    List<Promise<Void>> waiting = confirming.remove(channel);
    if (waiting != null) {
      waiting.forEach(one -> call(channel, one::tryComplete));
    }
  }

  private void cancel(String channel) {
    List<Promise<Void>> waiting = confirming.remove(channel);
    if (waiting != null) {
      waiting.forEach(one -> one.tryFail("unsubscribed before Redis confirmed the subscription"));
    }
  }

  private void deliver(String channel, Buffer body) {
    List.copyOf(listeners.getOrDefault(channel, List.of()))
        .forEach(listener -> call(channel, () -> listener.message(body)));
  }

  private void deliver(String pattern, String channel, Buffer body) {
    List.copyOf(patterns.getOrDefault(pattern, List.of()))
        .forEach(listener -> call(pattern, () -> listener.message(channel, body)));
  }

  /**
   * Calls a listener. The client's parser cannot continue after anything thrown by it, and would
   * repeat the message for ever; other listeners are called all the same.
   */
  private static void call(String channel, Runnable listener) {
    try {
      listener.run();
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "A listener of " + channel + " failed", e);
    }
  }

  private final class Ends implements RedisDial.Caller {

    @Override
    public Future<?> reached(RedisConnection fresh) {
      fresh.handler(RedisNodeSubscriptions.this::receive);
      return RedisPing.send(fresh).compose(pong -> subscribeAgain(fresh));
    }

    private Future<?> subscribeAgain(RedisConnection fresh) {
      if (!dial.isCurrent(fresh)) {
        return Future.failedFuture("too late");
      }
      connection = fresh;
      liveness.connected(fresh);
      listeners.keySet().forEach(channel -> unconfirmed.put(channel, 1));
      boolean again = attempted;
      return Future.all(
              sendAll(fresh, Command.SUBSCRIBE, listeners.keySet()),
              sendAll(fresh, Command.PSUBSCRIBE, patterns.keySet()))
          .onSuccess(sent -> notifyMissed(again));
    }

    private Future<?> sendAll(RedisConnection fresh, Command command, Set<String> names) {
      Request all = Request.cmd(command);
      names.forEach(all::arg);
      return names.isEmpty() ? Future.succeededFuture() : fresh.send(all);
    }

    private void notifyMissed(boolean again) {
      if (again) {
        listeners.forEach((of, some) -> some.forEach(one -> call(of, one::missed)));
        patterns.forEach((of, some) -> some.forEach(one -> call(of, one::missed)));
      }
    }

    @Override
    public void lost(String reason) {
      connection = null;
      liveness.disconnected();
      unconfirmed.clear();
    }
  }
}
