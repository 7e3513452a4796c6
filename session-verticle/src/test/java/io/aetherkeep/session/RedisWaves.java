package io.aetherkeep.session;

import io.vertx.core.VertxOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.ClientMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Counter of waves of Redis commands on one event loop. Commands sent before the first answer of a
 * wave arrives belong to that wave, later ones to the next.
 */
final class RedisWaves
    implements VertxMetricsFactory, VertxMetrics, ClientMetrics<Integer, Object, Object> {

  /**
   * Commands that connections send by themselves, and those of a watch of ended sessions, which
   * looks again a second after it began.
   */
  private static final Set<String> OWN =
      Set.of("ping", "time", "subscribe", "hello", "client", "zrange");

  /** Those of them that the traffic of a line counts. */
  private static final Set<String> COUNTED = Set.of("time", "zrange");

  private static final int NONE = -1;

  private int wave;
  private boolean answered;
  private int own;
  private LongSupplier waiting = () -> 0;
  private long mostWaiting;

  /** Counts the commands that wait for their answers by a counter. */
  void count(LongSupplier counter) {
    waiting = counter;
    mostWaiting = 0;
  }

  /**
   * The greatest number of commands that waited for their answers when one was sent or answered.
   */
  long mostWaiting() {
    return mostWaiting;
  }

  /** Resets the counts; called on the event loop. */
  void begin() {
    wave = 0;
    answered = true;
  }

  /** The number of waves answered one after the other. */
  int answered() {
    return answered ? wave : wave - 1;
  }

  /** The number of commands that connections sent by themselves. */
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
    mostWaiting = Math.max(mostWaiting, waiting.getAsLong());
    if (OWN.contains(command)) {
      own += COUNTED.contains(command) ? 1 : 0;
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
    mostWaiting = Math.max(mostWaiting, waiting.getAsLong());
    answered |= of == wave;
  }

  @Override
  public void requestReset(Integer of) {
    responseBegin(of, "");
  }
}
