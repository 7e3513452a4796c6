package io.aetherkeep.router;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.router.settings.RouterSettings;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** HTTP front of the other verticles; every instance serves connections on its own event loop. */
public final class RouterVerticle extends VerticleBase {

  private final Bus bus;
  private final RouterSettings settings;
  private final PrometheusMeterRegistry meters;
  private final RouterNode node;
  private final PortListener listener;
  private @Nullable RouterWiring services;

  private RouterVerticle(
      Bus bus,
      RouterSettings settings,
      PrometheusMeterRegistry meters,
      RouterNode node,
      PortListener listener) {
    this.meters = meters;
    this.bus = bus;
    this.settings = settings;
    this.node = node;
    this.listener = listener;
  }

  /**
   * Returns a supplier of the routers of one node, which share its ports.
   *
   * @param meters the registry behind {@code /metrics}
   */
  public static Supplier<RouterVerticle> instances(
      Bus bus, RouterSettings settings, PrometheusMeterRegistry meters, PortListener listener) {
    return instances(bus, settings, meters, listener, InstantSource.system());
  }

  static Supplier<RouterVerticle> instances(
      Bus bus,
      RouterSettings settings,
      PrometheusMeterRegistry meters,
      PortListener listener,
      InstantSource clock) {
    return instances(
        bus,
        settings,
        meters,
        listener,
        RouterNode.of(bus, settings, meters, clock, space -> clock));
  }

  /**
   * Returns a supplier of routers that compute ages by Redis's clock.
   *
   * @param clocks Redis's clock of each space
   */
  public static Supplier<RouterVerticle> instances(
      Bus bus,
      RouterSettings settings,
      PrometheusMeterRegistry meters,
      PortListener listener,
      Function<String, InstantSource> clocks) {
    RouterNode node = RouterNode.of(bus, settings, meters, InstantSource.system(), clocks);
    return instances(bus, settings, meters, listener, node);
  }

  private static Supplier<RouterVerticle> instances(
      Bus bus,
      RouterSettings settings,
      PrometheusMeterRegistry meters,
      PortListener listener,
      RouterNode node) {
    return () -> new RouterVerticle(bus, settings, meters, node, listener);
  }

  @Override
  public Future<?> start() {
    RouterWiring starting = new RouterWiring(vertx, context, bus, settings, meters, node);
    services = starting;
    return starting.listen().onSuccess(listener::listening).compose(port -> manage(starting));
  }

  private Future<?> manage(RouterWiring started) {
    return settings.listener().hasManagement()
        ? started.manage().onSuccess(listener::managing)
        : Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    return services == null ? Future.succeededFuture() : services.shutdown();
  }
}
