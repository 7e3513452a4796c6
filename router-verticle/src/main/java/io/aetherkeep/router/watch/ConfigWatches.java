package io.aetherkeep.router.watch;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.ConfigAsks.Config;
import io.aetherkeep.catalogue.ConfigAsks.ConfigChanged;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.router.http.Problems;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those who watch configurations as server-sent events, on one event loop.
 *
 * <p>A watcher gets the present value first and then the newest after each change. One that reads
 * slower than changes come misses those in between, and never the last.
 */
public final class ConfigWatches {

  private static final long HEARTBEAT_MILLIS = 25_000;
  private static final Buffer HEARTBEAT = Buffer.buffer(": alive\n\n");

  private final Vertx vertx;
  private final Bus bus;
  private final Problems problems;
  private final Set<Watch> watches = new LinkedHashSet<>();
  private @Nullable Future<Void> listening;

  public ConfigWatches(Vertx vertx, Bus bus, Problems problems) {
    this.vertx = vertx;
    this.bus = bus;
    this.problems = problems;
  }

  /**
   * Answers with the present value and then with every other, until one side has enough.
   *
   * @return ends it before that, saying why
   */
  public Consumer<Failure> begin(HttpServerRequest request, ReadConfig what) {
    Watch watch = new Watch(request.response(), what);
    listen()
        .compose(
            on -> {
              watches.add(watch);
              return read(what);
            })
        .onComplete(
            config -> watch.open(request, config),
            thrown -> {
              watches.remove(watch);
              problems.send(request, thrown);
            });
    return why -> gone(watch, request, why);
  }

  private void gone(Watch watch, HttpServerRequest request, Failure why) {
    if (watch.opened) {
      watch.response.write(Push.goneLines(why));
      watch.end();
    } else {
      watches.remove(watch);
      problems.send(request, why);
    }
  }

  /** One subscription for all, from the first watcher on. */
  private Future<Void> listen() {
    Future<Void> present = listening;
    if (present == null) {
      present = bus.subscribe(ConfigChanged.class, this::changed);
      listening = present;
      vertx.setPeriodic(HEARTBEAT_MILLIS, id -> List.copyOf(watches).forEach(Watch::beat));
    }
    return present;
  }

  private void changed(ConfigChanged event) {
    ReadConfig what = new ReadConfig(event.space(), event.name());
    List<Watch> those = watches.stream().filter(watch -> watch.what.equals(what)).toList();
    if (!those.isEmpty()) {
      read(what).onSuccess(config -> those.forEach(watch -> watch.show(config)));
    }
  }

  /** The configuration, or nothing where there is none: one may wait for it to be made. */
  private Future<@Nullable Config> read(ReadConfig what) {
    return bus.ask(what)
        .recover(
            thrown ->
                Failure.from(thrown).code() == Code.CONFIG_UNKNOWN
                    ? Future.succeededFuture(null)
                    : Future.failedFuture(thrown));
  }

  /** One watcher. */
  private final class Watch {

    private final HttpServerResponse response;
    private final ReadConfig what;
    private boolean opened;
    private @Nullable String shown;
    private @Nullable Buffer waiting;

    Watch(HttpServerResponse response, ReadConfig what) {
      this.response = response;
      this.what = what;
    }

    void open(HttpServerRequest request, @Nullable Config config) {
      if (response.closed() || response.ended()) {
        watches.remove(this);
        return;
      }
      opened = true;
      response
          .setChunked(true)
          .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
          .putHeader("X-Accel-Buffering", "no")
          .closeHandler(end -> watches.remove(this))
          .drainHandler(room -> flush());
      endWith(request.connection());
      show(config);
    }

    /** A server that stops would otherwise wait for those who watch. */
    private void endWith(HttpConnection connection) {
      connection.shutdownHandler(stop -> List.copyOf(watches).forEach(Watch::end));
    }

    void show(@Nullable Config config) {
      String version = config == null ? "" : config.version();
      if (!opened || version.equals(shown)) {
        return;
      }
      shown = version;
      waiting = config == null ? Buffer.buffer("event: removed\ndata: null\n\n") : frame(config);
      flush();
    }

    /** The newest only: what could not be sent before is outdated. */
    private void flush() {
      Buffer next = waiting;
      if (next != null && !response.writeQueueFull() && !response.ended()) {
        waiting = null;
        response.write(next);
      }
    }

    void beat() {
      if (opened && !response.writeQueueFull() && !response.ended()) {
        response.write(HEARTBEAT);
      }
    }

    void end() {
      watches.remove(this);
      if (opened && !response.ended()) {
        response.end();
      }
    }
  }

  /** A line break in a document begins another line of data. */
  private static Buffer frame(Config config) {
    String text = config.value().bytes().toString(StandardCharsets.UTF_8);
    String data = "data: " + text.replaceAll("\r\n|\r|\n", "\ndata: ");
    return Buffer.buffer("event: config\nid: " + config.version() + "\n" + data + "\n\n");
  }
}
