package io.aetherkeep.session;

import io.vertx.core.VertxOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.ClientMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.util.Set;

/**
 * Counter of waves of Redis commands on one event loop: what is sent before an answer of the wave
 * under way has come belongs to that, and what is sent later to the next one.
 */
final class RedisWaves
    implements VertxMetricsFactory, VertxMetrics, ClientMetrics<Integer, Object, Object> {

  /** What connections send by themselves. */
  private static final Set<String> OWN = Set.of("ping", "time", "subscribe", "hello", "client");

  private static final int NONE = -1;

  private int wave;
  private boolean answered;
  private int own;

  /** Counts from nothing; on the event loop, as the rest. */
  void begin() {
    wave = 0;
    answered = true;
  }

  /** How many waves have been answered, one after the other. */
  int answered() {
    return answered ? wave : wave - 1;
  }

  /** How often lines asked for the time so far, by themselves. */
  int own() {
    return own;
  }

  @Override
  public VertxMetrics metrics(VertxOptions options) {
    return this;
  }

  @Override
  public ClientMetrics<?, ?, ?> createClientMetrics(
      SocketAddress remote, String type, String namespace) {
    return this;
  }

  @Override
  public Integer requestBegin(String command, Object request) {
    if (OWN.contains(command)) {
      own += command.equals("time") ? 1 : 0;
      return NONE;
    }
    if (answered) {
      wave++;
      answered = false;
    }
    return wave;
  }

  @Override
  public void responseBegin(Integer of, Object response) {
    answered |= of == wave;
  }

  @Override
  public void requestReset(Integer of) {
    responseBegin(of, "");
  }
}
