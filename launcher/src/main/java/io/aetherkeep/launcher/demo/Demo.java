package io.aetherkeep.launcher.demo;

import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Simulated evening on a node: listeners come and go, podcasts are produced, a provider has trouble
 * for some minutes, a cache warms up. It uses only the public HTTP and WebSocket interface.
 */
public final class Demo implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Demo.class.getName());
  private static final long GOODBYE_SECONDS = 3;

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Demo::thread);
  private final NodeClient node;
  private final SimulatedProduction production;
  private final SimulatedListeners listeners;
  private final SimulatedServices services;
  private int second;

  private Demo(String url, @Nullable String credential, long seed) {
    Random dice = new Random(seed);
    String run = Long.toString(seed, 36);
    this.node = new NodeClient(url, credential);
    this.production = new SimulatedProduction(node, dice, run);
    this.listeners = new SimulatedListeners(node, dice, production::ready, run);
    this.services = new SimulatedServices(node, dice, run);
  }

  /**
   * Starts the demo.
   *
   * @param url URL of a node
   * @param credential credential for the node; null if it requires none
   */
  public static Demo play(String url, @Nullable String credential) {
    Demo demo = new Demo(url, credential, System.currentTimeMillis() / 1000);
    demo.production.prepare();
    var unused = demo.clock.scheduleAtFixedRate(demo::turn, 0, 1, TimeUnit.SECONDS);
    return demo;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "demo");
    thread.setDaemon(true);
    return thread;
  }

  /** Simulates one second; a failure does not stop the following seconds. */
  private void turn() {
    try {
      second++;
      production.play(second);
      listeners.play(second);
      services.play(second);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "A step of the demo failed", e);
    }
  }

  /** Stops the demo and ends its sessions; gives up after some seconds. */
  @Override
  public void close() {
    clock.shutdownNow();
    try {
      var unused = clock.awaitTermination(GOODBYE_SECONDS, TimeUnit.SECONDS);
      listeners.end().get(GOODBYE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.log(
          System.Logger.Level.DEBUG,
          "Some of the demo's sessions could not be ended, and will expire",
          e);
    } finally {
      node.close();
    }
  }
}
