package io.aetherkeep.router.api;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.HealthAsks.Check;
import io.aetherkeep.catalogue.HealthAsks.Health;
import io.aetherkeep.catalogue.HealthAsks.HealthStatus;
import io.aetherkeep.catalogue.HealthAsks.ReadLiveness;
import io.aetherkeep.catalogue.HealthAsks.ReadReadiness;
import io.aetherkeep.catalogue.HealthAsks.ReadRedisHealth;
import io.aetherkeep.catalogue.HealthAsks.ReadSettings;
import io.aetherkeep.catalogue.HealthAsks.ReadSlowLog;
import io.aetherkeep.catalogue.HealthAsks.RunSelfTest;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;

/**
 * Routes of liveness, readiness and Redis health. The HTTP status is the result of a probe, as
 * orchestrators expect, and the body gives the reasons.
 */
final class HealthRoutes implements RouteGroup {

  private static final Duration SELF_TEST = Duration.ofSeconds(30);

  private final RouteContext services;

  HealthRoutes(RouteContext services) {
    this.services = services;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get("/health/live", context -> probe(context, new ReadLiveness()))
            .needs(Need.NOTHING),
        Route.get("/health/ready", context -> probe(context, new ReadReadiness()))
            .needs(Need.NOTHING),
        Route.get("/health/redis", this::redis).needs(Need.READ_NODE),
        Route.get("/health/redis/slowlog", this::slowLog).needs(Need.READ_NODE),
        Route.get("/health/settings", this::settings).needs(Need.ADMIN_NODE),
        Route.post("/health/redis/selftest", this::selfTest).needs(Need.ADMIN_NODE));
  }

  /** Answers a probe; a verticle that does not answer counts as down. */
  private void probe(RoutingContext context, Ask<Health> ask) {
    services
        .ask(ask)
        .otherwise(
            thrown ->
                Health.of(
                    List.of(
                        new Check("bus", HealthStatus.DOWN, Failure.from(thrown).code().text()))))
        .onSuccess(
            health -> {
              boolean verbose =
                  context.request().params().contains("verbose")
                      || health.status() == HealthStatus.DOWN;
              Health shown = verbose ? health : new Health(health.status(), List.of());
              answer(context, health.status() == HealthStatus.UP ? 200 : 503, shown);
            });
  }

  private static void answer(RoutingContext context, int status, Object record) {
    context.response().setStatusCode(status).putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    Answers.json(context.response(), Buffer.buffer(RecordJson.write(record)));
  }

  private void redis(RoutingContext context) {
    services
        .ask(new ReadRedisHealth())
        .onComplete(
            health -> answer(context, 200, health),
            thrown -> services.refuse(context.request(), thrown));
  }

  private void slowLog(RoutingContext context) {
    services
        .ask(new ReadSlowLog(Requests.number(context.request(), "limit")))
        .onComplete(
            log -> answer(context, 200, log), thrown -> services.refuse(context.request(), thrown));
  }

  private void settings(RoutingContext context) {
    services
        .ask(new ReadSettings())
        .onComplete(
            state -> answer(context, 200, state),
            thrown -> services.refuse(context.request(), thrown));
  }

  private void selfTest(RoutingContext context) {
    services
        .ask(new RunSelfTest(), SELF_TEST)
        .onComplete(
            test -> answer(context, test.status() == HealthStatus.UP ? 200 : 503, test),
            thrown -> services.refuse(context.request(), thrown));
  }
}
