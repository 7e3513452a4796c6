package io.aetherkeep.launcher;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.catalogue.HealthAsks.ReadSettings;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.launcher.reload.SettingsFile;
import io.aetherkeep.launcher.reload.SettingsFile.Loaded;
import io.aetherkeep.launcher.reload.SettingsReload;
import io.aetherkeep.launcher.settings.ClusteredBus;
import io.aetherkeep.launcher.settings.ClusteredBus.Join;
import io.aetherkeep.launcher.settings.RedisUrl;
import io.aetherkeep.launcher.settings.Settings;
import io.aetherkeep.launcher.settings.SettingsSource;
import io.aetherkeep.launcher.tracing.Tracing;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisRelay;
import io.aetherkeep.redis.target.RedisTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A running node: wires all parts, starts them in order, and stops them in reverse order. */
final class Aetherkeep implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Aetherkeep.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Longest time in which the embedded Redis loads its data: longer than any of them takes. */
  private static final Duration LOADING = Duration.ofDays(1);

  private final Settings settings;
  private final SettingsReload reload;
  private final Meters meters = new Meters();
  private final @Nullable Tracing tracing;
  private final Vertx vertx;
  private final @Nullable EmbeddedRedis redis;
  private final Map<Space, RedisTarget> targets;
  private final NodeListeners listeners;
  private volatile @Nullable StartReadiness readiness;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Parts to stop, the one started last first. */
  private final Deque<Part> running = new ArrayDeque<>();

  /** A running part, with its stop action. */
  private record Part(String name, Supplier<Future<Void>> stop) {}

  private Aetherkeep(Loaded loaded, SettingsFile file, @Nullable EmbeddedRedis redis) {
    this.settings = loaded.settings();
    this.reload = new SettingsReload(file, loaded, LogSetup::setLevel);
    this.redis = redis;
    this.targets =
        settings.targets(
            redis == null ? settings.redisUrl().or(RedisUrl.ELSEWHERE).text() : redis.url());
    this.listeners = new NodeListeners(settings.http());
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
                    .setEventBusOptions(EventBusCluster.options(settings.beside().bus()))
                    // No resource of the class path is served as a file: no cache directory.
                    .setFileSystemOptions(
                        new FileSystemOptions()
                            .setClassPathResolvingEnabled(false)
                            .setFileCachingEnabled(false))
                    .setDisableTCCL(true));
    VertxBuilder traced = tracing == null ? builder : builder.withTracer(tracing.factory());
    ClusteredBus bus = settings.beside().bus();
    EventBusCluster.prepare(bus);
    return bus.join() == Join.NONE ? traced.build() : clustered(traced);
  }

  /** Joins a cluster, with the cluster manager found on the class path. */
  private static Vertx clustered(VertxBuilder builder) {
    try {
      return await(builder.buildClustered(), PATIENCE);
    } catch (RuntimeException e) {
      throw new StartException("Joining the cluster failed: " + e.getMessage(), e);
    }
  }

  /** Starts a node whose settings cannot change while it runs. */
  static Aetherkeep start(Settings settings) {
    Loaded loaded = new Loaded(settings, SettingsSource.of(null, Map.of()));
    return start(loaded, new SettingsFile(null, Map.of()));
  }

  /**
   * Starts a node.
   *
   * @param loaded the settings, as they were validated
   * @param file their source, which is read again when it changes
   */
  static Aetherkeep start(Loaded loaded, SettingsFile file) {
    Settings settings = loaded.settings();
    PortCheck.requireFree(settings);
    settings.warnings().forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
    EmbeddedRedis redis = settings.needsEmbeddedRedis() ? embeddedRedis(settings) : null;
    Aetherkeep node = new Aetherkeep(loaded, file, redis);
    try {
      await(node.deploy(), PATIENCE);
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
            .withPatience(LOADING)
            .withUse());
  }

  /** Calls an action with the exit status of the embedded Redis, if it ends before this node. */
  void onRedisEnd(IntConsumer action) {
    if (redis != null) {
      Future.fromCompletionStage(redis.onExit())
          .onSuccess(
              status -> {
                if (!closed.get()) {
                  action.accept(status);
                }
              });
    }
  }

  private Future<Void> deploy() {
    Bus bus = Bus.on(vertx, Protocol.TYPES, settings.http().connections().deadline());
    return RedisAccess.openSupported(vertx, settings.eventLoops(), targets)
        .onSuccess(
            access -> {
              running.push(new Part("Redis", access::close));
              readiness = new StartReadiness(vertx, bus, access);
              meters.follow(access);
              if (!vertx.isClustered()) {
                meters.follow(RedisRelay.between(vertx, bus, access));
              }
            })
        .compose(Aetherkeep::requireSupported)
        .compose(
            access ->
                new NodeVerticles(
                        vertx,
                        settings,
                        bus,
                        access,
                        (name, stop) -> running.push(new Part(name, stop)))
                    .deploy(meters.registry(), listeners))
        .compose(deployed -> followSettings(bus));
  }

  /** Reads the settings again when their file changes. */
  private Future<Void> followSettings(Bus bus) {
    meters.follow(reload);
    return bus.answer(ReadSettings.class, reload::read).compose(answering -> reload.follow(vertx));
  }

  /** Reads the settings again; blocks for as long as that takes. */
  void reload(String cause) {
    reload.run(cause);
  }

  /** Fails on an unsupported Redis at once: waiting does not change its version. */
  private static Future<RedisAccess> requireSupported(RedisAccess access) {
    for (Space space : access.spaces()) {
      String reason = access.unsupported(space);
      if (reason != null) {
        return Future.failedFuture(
            new StartException(
                "The Redis %s of the space %s cannot be used: %s"
                    .formatted(access.address(space), space.name(), reason)));
      }
    }
    return Future.succeededFuture(access);
  }

  /** Completes when {@code /health/ready} succeeds for the first time. */
  Future<Void> ready() {
    return Objects.requireNonNull(readiness).await();
  }

  /** URL of the public listener. */
  String url() {
    return listeners.url();
  }

  /** URL of the management listener. */
  String managementUrl() {
    return listeners.managementUrl();
  }

  List<String> banner() {
    return Banner.lines(settings, listeners, targets, redis);
  }

  /** Stops accepting requests, finishes those under way, and stops all parts. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    LOG.log(System.Logger.Level.INFO, "Stopping: finishing requests under way");
    while (!running.isEmpty()) {
      stop(running.pop());
    }
    stop(new Part("Vert.x", vertx::close));
    meters.close();
    if (tracing != null) {
      tracing.close();
    }
    if (redis != null) {
      redis.close();
    }
    LOG.log(System.Logger.Level.INFO, "Stopped");
  }

  /** Stops a part. A failure does not prevent the stop of the other parts. */
  private void stop(Part part) {
    long begun = System.nanoTime();
    try {
      await(part.stop().get(), stopLimit());
    } catch (RuntimeException e) {
      long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
      LOG.log(
          System.Logger.Level.WARNING,
          "Stopping " + part.name() + " failed after " + millis + " ms",
          e);
    }
  }

  /** Limit of one stop: sockets are closed, then requests finished, each within its setting. */
  private Duration stopLimit() {
    Duration requests = settings.http().connections().shutdownTimeout();
    return PATIENCE.plus(settings.http().realtime().drain()).plus(requests.multipliedBy(2));
  }

  private static <T> T await(Future<T> future, Duration limit) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted", e);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new StartException(String.valueOf(cause.getMessage()), cause);
    } catch (TimeoutException e) {
      throw new StartException("it took longer than " + limit.toSeconds() + " s", e);
    }
  }
}
