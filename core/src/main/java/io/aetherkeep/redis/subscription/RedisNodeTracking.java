package io.aetherkeep.redis.subscription;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.redis.connection.RedisDial;
import io.aetherkeep.redis.connection.RedisLocator;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Client tracking on one server: in broadcast mode for keys with some prefixes, or for the next
 * change of each {@linkplain #watch watched} key.
 *
 * <p>It has a separate connection, because the client mistakes a push during a command for the
 * reply. So it awaits no reply once tracking is on: any message is a sign of life, and each ping
 * must produce one.
 */
public final class RedisNodeTracking implements RedisTracking {

  private static final System.Logger LOG = System.getLogger(RedisNodeTracking.class.getName());

  private final RedisTarget target;
  private final List<String> prefixes;
  private final Listener listener;
  private final RedisDial dial;
  private @Nullable RedisConnection connection;
  private boolean armed;

  /** Whether the listener knows of a connection, and so must know of its loss. */
  private boolean announced;

  private final PushLiveness liveness;

  public RedisNodeTracking(
      Vertx vertx,
      RedisTarget target,
      @Nullable RedisLocator master,
      String name,
      List<String> prefixes,
      Listener listener) {
    this.target = target;
    this.prefixes = List.copyOf(prefixes);
    this.listener = listener;
    this.dial = new RedisDial(vertx, target, master, name, new Ends(), ProtocolVersion.RESP3);
    this.liveness =
        new PushLiveness(vertx, dial, target.timeout().plus(PushLiveness.PERIOD), pong -> {});
  }

  @Override
  public Future<Void> open() {
    return liveness.open();
  }

  @Override
  public Future<Void> close() {
    return liveness.close();
  }

  @Override
  public void watch(List<String> keys) {
    RedisConnection present = connection;
    if (present != null && armed && !keys.isEmpty()) {
      present
          .batch(keys.stream().map(key -> Request.cmd(Command.EXISTS).arg(key)).toList())
          .onComplete(any -> liveness.markAlive());
    }
  }

  /**
   * Reports what a message says, and reconnects if the listener fails, since it may have missed
   * keys. The client's parser cannot continue after anything thrown here.
   */
  private void receive(Response message) {
    liveness.markAlive();
    try {
      report(message);
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "The listener of client tracking failed", e);
      dial.disconnect("its listener failed");
    }
  }

  private void report(Response message) {
    boolean push = message.type() == ResponseType.PUSH || message.type() == ResponseType.MULTI;
    if (push && message.size() > 1 && "invalidate".equals(message.get(0).toString())) {
      Response keys = message.get(1);
      if (keys == null) {
        listener.flushed();
      } else {
        keys.forEach(key -> listener.changed(key.toString()));
      }
    }
  }

  private Request turnOn() {
    Request request = Request.cmd(Command.CLIENT).arg("TRACKING").arg("ON");
    if (!prefixes.isEmpty()) {
      request.arg("BCAST");
    }
    prefixes.forEach(prefix -> request.arg("PREFIX").arg(prefix));
    return request;
  }

  /**
   * Whether the connection uses RESP3. With RESP2 a server accepts the command but sends no
   * invalidations.
   */
  private static boolean usesResp3(Response hello) {
    return hello.containsKey("proto") && hello.get("proto").toInteger() == 3;
  }

  private final class Ends implements RedisDial.Caller {

    @Override
    public Future<?> reached(RedisConnection fresh) {
      fresh.handler(RedisNodeTracking.this::receive);
      return fresh
          .send(Request.cmd(Command.HELLO))
          .compose(
              hello ->
                  usesResp3(hello)
                      ? fresh.send(turnOn())
                      : Future.failedFuture(RedisDial.unavailable("it does not speak RESP3")))
          .onSuccess(on -> arm(fresh))
          .recover(thrown -> refused(fresh, thrown));
    }

    private void arm(RedisConnection fresh) {
      if (!dial.isCurrent(fresh)) {
        return;
      }
      connection = fresh;
      liveness.connected(fresh);
      armed = true;
      announced = true;
      listener.armed();
    }

    /**
     * Handles a server that refuses tracking: keeps the connection, and does not ask again on it.
     */
    private Future<Response> refused(RedisConnection fresh, Throwable thrown) {
      boolean replied = thrown instanceof Failure || thrown instanceof Response;
      if (!replied || "CONNECTION_CLOSED".equals(thrown.getMessage()) || !dial.isCurrent(fresh)) {
        return Future.failedFuture(thrown);
      }
      LOG.log(
          System.Logger.Level.WARNING,
          "Redis {0} refuses client tracking: {1}. Cached copies expire sooner, and ended sessions"
              + " that other services write back are removed later. Allow CLIENT TRACKING",
          target,
          thrown instanceof Failure failure ? failure.detail() : thrown.getMessage());
      connection = fresh;
      liveness.connected(fresh);
      announced = true;
      listener.unsupported();
      return Future.succeededFuture();
    }

    @Override
    public void lost(String reason) {
      connection = null;
      liveness.disconnected();
      armed = false;
      if (announced) {
        announced = false;
        listener.lost();
      }
    }
  }
}
