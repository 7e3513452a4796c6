package io.aetherkeep.launcher;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.cache.CacheVerticle;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.health.HealthVerticle;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.launcher.settings.RedisUrl;
import io.aetherkeep.launcher.settings.Settings;
import io.aetherkeep.launcher.tracing.Tracing;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisRelay;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.router.RouterVerticle;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.settings.ListenerSettings;
import io.aetherkeep.session.SessionVerticle;
import io.aetherkeep.status.StatusVerticle;
import io.aetherkeep.stream.StreamVerticle;
import io.aetherkeep.webhook.WebhookVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A running node: wires all parts, starts them in order, and stops them in reverse order. */
final class Aetherkeep implements AutoCloseable {

  /** Failure to start a node, with a message for the operator. */
  static final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StartException(String message) {
      super(message);
    }

    StartException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private static final System.Logger LOG = System.getLogger(Aetherkeep.class.getName());
  private static final long PATIENCE_SECONDS = 30;

  private final Settings settings;
  private final Meters meters = new Meters();
  private final @Nullable Tracing tracing;
  private final Vertx vertx;
  private final @Nullable EmbeddedRedis redis;
  private final Ports ports = new Ports();
  private volatile @Nullable StartReadiness readiness;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Stop actions, that of the part started last first. */
  private final Deque<Supplier<Future<Void>>> running = new ArrayDeque<>();

  private Aetherkeep(Settings settings, @Nullable EmbeddedRedis redis) {
    this.settings = settings;
    this.redis = redis;
    this.tracing = settings.tracing().isNone() ? null : Tracing.to(settings.tracing());
    this.vertx = vertx(settings, tracing);
  }

  private static Vertx vertx(Settings settings, @Nullable Tracing tracing) {
    VertxBuilder builder =
        Vertx.builder()
            .with(
                new VertxOptions()
                    .setEventLoopPoolSize(settings.eventLoops())
                    .setPreferNativeTransport(true)
                    .setEventBusOptions(new EventBusOptions().setHost(settings.beside().host()))
                    // No class path resource is served as a file, so no cache directory is needed
                    // for them.
                    .setFileSystemOptions(
                        new FileSystemOptions()
                            .setClassPathResolvingEnabled(false)
                            .setFileCachingEnabled(false))
                    .setDisableTCCL(true));
    VertxBuilder traced = tracing == null ? builder : builder.withTracer(tracing.factory());
    return settings.beside().cluster() ? clustered(traced) : traced.build();
  }

  /** Joins a cluster, with the cluster manager found on the class path. */
  private static Vertx clustered(VertxBuilder builder) {
    try {
      return await(builder.buildClustered());
    } catch (RuntimeException e) {
      throw new StartException("Joining the cluster failed: " + e.getMessage(), e);
    }
  }

  static Aetherkeep start(Settings settings) {
    PortCheck.requireFree(settings);
    settings.warnings().forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
    EmbeddedRedis redis = settings.needsEmbeddedRedis() ? embeddedRedis(settings) : null;
    Aetherkeep node = new Aetherkeep(settings, redis);
    try {
      await(node.deploy());
      return node;
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private static EmbeddedRedis embeddedRedis(Settings settings) {
    return EmbeddedRedis.start(
        EmbeddedRedis.options()
            .withDataDirectory(settings.dataDirectory().resolve("redis"))
            .withPort(settings.embeddedPort())
            .withUse());
  }

  private String commonRedisUrl() {
    return redis == null ? settings.redisUrl().or(RedisUrl.ELSEWHERE).text() : redis.url();
  }

  private Future<Void> deploy() {
    Bus bus = Bus.on(vertx, Protocol.TYPES, settings.http().deadline());
    Map<Space, RedisTarget> targets = settings.targets(commonRedisUrl());
    return RedisAccess.openSupported(vertx, settings.eventLoops(), targets)
        .onSuccess(
            access -> {
              running.push(access::close);
              readiness = new StartReadiness(vertx, bus, access);
              meters.follow(access);
              if (!vertx.isClustered()) {
                meters.follow(RedisRelay.between(vertx, bus, access));
              }
            })
        .compose(Aetherkeep::requireSupported)
        .compose(
            access ->
                vertx
                    .deployVerticle(
                        new WebhookVerticle(
                            bus, access, settings.webhooks(), InstantSource.system()))
                    .compose(webhooks -> deploy(caches(bus, access)))
                    .compose(caches -> deploy(sessions(bus, access)))
                    .compose(sessions -> deploy(statuses(bus, access)))
                    .compose(
                        statuses ->
                            deploy(StreamVerticle.instances(bus, access, settings.streams())))
                    .compose(
                        streams -> deploy(HealthVerticle.instances(bus, access, settings.health())))
                    .compose(owners -> deployOthers())
                    .compose(all -> deploy(routers(bus, access))));
  }

  private Supplier<CacheVerticle> caches(Bus bus, RedisAccess access) {
    return CacheVerticle.instances(
        bus, access, settings.caches(), settings.dataDirectory().resolve("invalidations"));
  }

  /** Fails on an unsupported Redis at once: waiting does not change its version. */
  private static Future<RedisAccess> requireSupported(RedisAccess access) {
    for (Space space : access.spaces()) {
      String why = access.unsupported(space);
      if (why != null) {
        return Future.failedFuture(
            new StartException(
                "The Redis %s of the space %s cannot be used: %s"
                    .formatted(access.address(space), space.name(), why)));
      }
    }
    return Future.succeededFuture(access);
  }

  /** Completes when {@code /health/ready} succeeds for the first time. */
  Future<Void> ready() {
    return Objects.requireNonNull(readiness).await();
  }

  /** Deploys co-deployed verticles in order, because later ones may ask earlier ones. */
  private Future<Void> deployOthers() {
    Future<Void> deployed = Future.succeededFuture();
    for (String name : settings.beside().verticles()) {
      deployed =
          deployed
              .compose(before -> vertx.deployVerticle(name, new DeploymentOptions()))
              .onSuccess(id -> running.push(() -> vertx.undeploy(id)))
              .recover(
                  thrown ->
                      Future.failedFuture(
                          new StartException("The verticle " + name + " did not start", thrown)))
              .mapEmpty();
    }
    return deployed;
  }

  private Supplier<SessionVerticle> sessions(Bus bus, RedisAccess access) {
    return SessionVerticle.instances(bus, access, settings.sessions(), InstantSource.system());
  }

  private Supplier<StatusVerticle> statuses(Bus bus, RedisAccess access) {
    return StatusVerticle.instances(bus, access, settings.status());
  }

  /** Ports of the router, shared by all its instances. */
  private static final class Ports implements RouterVerticle.Listener {
    final AtomicInteger everybody = new AtomicInteger();
    final AtomicInteger management = new AtomicInteger();

    @Override
    public void listening(int port) {
      everybody.set(port);
    }

    @Override
    public void managing(int port) {
      management.set(port);
    }
  }

  private Supplier<RouterVerticle> routers(Bus bus, RedisAccess access) {
    Map<String, InstantSource> clocks =
        access.spaces().stream().collect(Collectors.toMap(Space::name, access::clock));
    return RouterVerticle.instances(
        bus,
        settings.http(),
        meters.registry(),
        ports,
        space -> clocks.getOrDefault(space, InstantSource.system()));
  }

  /** Deploys one instance on each event loop, so that asks find an answerer on their own loop. */
  private Future<Void> deploy(Supplier<? extends Deployable> instances) {
    return vertx
        .deployVerticle(instances, new DeploymentOptions().setInstances(settings.eventLoops()))
        .onSuccess(id -> running.push(() -> vertx.undeploy(id)))
        .mapEmpty();
  }

  String url() {
    String scheme = settings.http().listener().isTls() ? "https" : "http";
    return scheme + "://" + inUrl(settings.http().host()) + ":" + ports.everybody.get();
  }

  private static String inUrl(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  /** The banner's line on the management listener, if there is one. */
  private List<String> managementLine() {
    ListenerSettings listener = settings.http().listener();
    return listener.hasManagement()
        ? List.of("  manage  " + managementUrl() + "  (metrics, health; asks for no credentials)")
        : List.of();
  }

  String managementUrl() {
    ListenerSettings listener = settings.http().listener();
    String scheme = listener.isTls() ? "https" : "http";
    return scheme + "://" + inUrl(listener.managementHost()) + ":" + ports.management.get();
  }

  private String accessLine() {
    AccessSettings access = settings.http().access();
    if (access.isOpen()) {
      return "  access  open: no credentials are set, so it listens on this machine only";
    }
    return "  access  "
        + Stream.of(
                access.keysFile() == null ? "" : "API keys of " + access.keysFile(),
                access.jwksFile() == null ? "" : "tokens by " + access.jwksFile())
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(", "));
  }

  /** The start banner: listeners, Redis, spaces and access. */
  List<String> banner() {
    List<String> lines = new ArrayList<>();
    lines.addAll(
        List.of(
            "Aetherkeep " + Version.OURS + " on Java " + Runtime.version().feature(),
            "  http    " + url() + "  (console at /console, documents at /docs)",
            "  redis   " + redisLine(),
            "  spaces  "
                + settings.targets(commonRedisUrl()).entrySet().stream()
                    .map(space -> space.getKey().name() + " (" + space.getValue().database() + ")")
                    .collect(Collectors.joining(", "))
                + "  (each with its logical database)",
            accessLine()));
    lines.addAll(managementLine());
    return lines;
  }

  private String redisLine() {
    if (redis == null) {
      return settings.targets(commonRedisUrl()).values().stream()
          .map(RedisTarget::server)
          .distinct()
          .collect(Collectors.joining(", "));
    }
    return "embedded "
        + redis.version()
        + " at "
        + redis.address()
        + ", data and password in "
        + redis.dataDirectory().map(String::valueOf).orElse("memory");
  }

  /** Stops accepting requests, finishes those under way, and stops all parts. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    LOG.log(System.Logger.Level.INFO, "Stopping: finishing requests under way");
    try {
      while (!running.isEmpty()) {
        await(running.pop().get());
      }
      await(vertx.close());
    } catch (StartException e) {
      LOG.log(System.Logger.Level.WARNING, "Not everything stopped in time", e);
    } finally {
      meters.close();
      if (tracing != null) {
        tracing.close();
      }
      if (redis != null) {
        redis.close();
      }
    }
    LOG.log(System.Logger.Level.INFO, "Stopped");
  }

  private static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted", e);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new StartException(String.valueOf(cause.getMessage()), cause);
    } catch (TimeoutException e) {
      throw new StartException("it took longer than " + PATIENCE_SECONDS + " s", e);
    }
  }
}
