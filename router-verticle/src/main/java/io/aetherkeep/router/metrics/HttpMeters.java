package io.aetherkeep.router.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Metrics of request durations by method, route and status. The API bounds their number. */
public final class HttpMeters {

  /** Bounds of the histogram's buckets, around the usual duration and the deadline. */
  private static final Duration[] BOUNDS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5)
  };

  private final MeterRegistry registry;

  public HttpMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Returns the meters of one route. */
  public RouteMeters of(HttpMethod method, String path) {
    return new RouteMeters(registry, method.name(), path);
  }

  /** Returns the meters of requests without a route. */
  public RouteMeters forUnmatched() {
    return new RouteMeters(registry, "any", "none");
  }

  /** Timers of one route, one for each status. */
  public static final class RouteMeters {

    private final MeterRegistry registry;
    private final String method;
    private final String path;
    private final Map<Integer, Timer> timers = new ConcurrentHashMap<>();

    private RouteMeters(MeterRegistry registry, String method, String path) {
      this.registry = registry;
      this.method = method;
      this.path = path;
    }

    /** Returns the route's template, or {@code none}. */
    public String path() {
      return path;
    }

    public void took(int status, Duration time) {
      timers.computeIfAbsent(status, this::timer).record(time);
    }

    private Timer timer(int status) {
      return Timer.builder("aetherkeep_http_request_duration")
          .description("Duration of requests")
          .tag("method", method)
          .tag("route", path)
          .tag("status", Integer.toString(status))
          .serviceLevelObjectives(BOUNDS)
          .register(registry);
    }
  }
}
