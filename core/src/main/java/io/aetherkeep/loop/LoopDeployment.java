package io.aetherkeep.loop;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/**
 * Deployment of one instance of a verticle on each event loop, so that asks find an answerer on
 * their own loop.
 *
 * <p>Vert.x assigns loops in turn to everything that needs one. An instance that starts and creates
 * a client, say, before the next instance has its loop would shift the turn, and two instances
 * would share a loop. Therefore no instance starts before all have their loops.
 */
public final class LoopDeployment {

  private LoopDeployment() {}

  /** Deploys the instances; answers the id of the deployment. */
  public static Future<String> deploy(
      Vertx vertx, int eventLoops, Supplier<? extends Deployable> instances) {
    Promise<Void> assigned = Promise.promise();
    Future<String> deployed =
        vertx.deployVerticle(
            () -> new Waiting(instances.get(), assigned.future()),
            new DeploymentOptions().setInstances(eventLoops));
    assigned.complete();
    return deployed;
  }

  /** An instance that starts once all have their loops. */
  private record Waiting(Deployable instance, Future<Void> assigned) implements Deployable {

    @Override
    public Future<?> deploy(Context context) {
      Promise<Object> started = Promise.promise();
      assigned.onComplete(all -> context.runOnContext(turn -> start(context, started)));
      return started.future();
    }

    private void start(Context context, Promise<Object> started) {
      try {
        instance.deploy(context).<Object>map(done -> done).onComplete(started);
      } catch (Exception e) {
        started.fail(e);
      }
    }

    @Override
    public Future<?> undeploy(Context context) throws Exception {
      return instance.undeploy(context);
    }
  }
}
