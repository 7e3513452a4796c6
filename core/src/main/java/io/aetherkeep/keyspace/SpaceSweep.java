package io.aetherkeep.keyspace;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.function.Function;

/**
 * Periodic sweep of all spaces, on one event loop. Rounds do not overlap, and a space that fails is
 * swept again by the next round.
 *
 * @param <T> object that represents a space, such as its stores
 */
public final class SpaceSweep<T> {

  private static final System.Logger LOG = System.getLogger(SpaceSweep.class.getName());

  private final String what;
  private final Function<T, String> name;
  private final Function<T, Future<?>> sweep;
  private boolean sweeping;

  /**
   * Creates a sweep.
   *
   * @param what name of the swept objects, for the log
   * @param name name of a space
   */
  public SpaceSweep(String what, Function<T, String> name, Function<T, Future<?>> sweep) {
    this.what = what;
    this.name = name;
    this.sweep = sweep;
  }

  /** Sweeps all spaces once, unless a round is running. */
  public Future<Void> run(Collection<T> spaces) {
    if (sweeping) {
      return Future.succeededFuture();
    }
    sweeping = true;
    return Future.join(spaces.stream().map(this::sweep).toList())
        .<Void>mapEmpty()
        .onComplete(done -> sweeping = false);
  }

  private Future<?> sweep(T space) {
    return sweep
        .apply(space)
        .onFailure(
            thrown ->
                LOG.log(
                    System.Logger.Level.DEBUG,
                    "{0} of {1} could not be swept: {2}",
                    what,
                    name.apply(space),
                    thrown));
  }
}
