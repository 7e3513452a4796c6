package io.aetherkeep.launcher.demo;

import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Plays an evening on a node: people come and listen, podcasts are made, a provider has a bad
 * quarter of an hour, a cache warms. It comes in by the public doors, and has no other way.
 */
public final class Demo implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Demo.class.getName());
  private static final long GOODBYE_SECONDS = 3;

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Demo::thread);
  private final NodeClient doors;
  private final SimulatedProduction studio;
  private final SimulatedListeners audience;
  private final SimulatedServices backstage;
  private int second;

  private Demo(String url, @Nullable String credential, long seed) {
    Random dice = new Random(seed);
    String run = Long.toString(seed, 36);
    this.doors = new NodeClient(url, credential);
    this.studio = new SimulatedProduction(doors, dice, run);
    this.audience = new SimulatedListeners(doors, dice, studio::ready, run);
    this.backstage = new SimulatedServices(doors, dice, run);
  }

  /**
   * Begins.
   *
   * @param url of a node
   * @param credential what the node knows it by; none where it asks for none
   */
  public static Demo play(String url, @Nullable String credential) {
    Demo demo = new Demo(url, credential, System.currentTimeMillis() / 1000);
    demo.studio.prepare();
    var unused = demo.clock.scheduleAtFixedRate(demo::turn, 0, 1, TimeUnit.SECONDS);
    return demo;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "demo");
    thread.setDaemon(true);
    return thread;
  }

  /** What goes wrong is of this second: the next has another chance. */
  private void turn() {
    try {
      second++;
      studio.play(second);
      audience.play(second);
      backstage.play(second);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "A second of the demo went by", e);
    }
  }

  /** Ends it: sessions that are open are ended, as long as that does not take long. */
  @Override
  public void close() {
    clock.shutdownNow();
    try {
      var unused = clock.awaitTermination(GOODBYE_SECONDS, TimeUnit.SECONDS);
      audience.end().get(GOODBYE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.log(System.Logger.Level.DEBUG, "Some of the demo's sessions end by themselves", e);
    } finally {
      doors.close();
    }
  }
}
