package io.aetherkeep.launcher.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import io.aetherkeep.launcher.command.Terminal;
import io.aetherkeep.launcher.ctl.CtlOutput.Column;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The command {@code top}: one page of a space's and its nodes' state, renewed every 2 seconds. */
final class TopCtl {

  private static final Duration EVERY = Duration.ofSeconds(2);

  /** Escape sequence that moves to the top left and clears the terminal. */
  private static final String CLEAR = "\u001b[H\u001b[2J";

  /** Escape sequences that open the alternate screen without a cursor, and close it. */
  private static final String ENTER = "\u001b[?1049h\u001b[?25l";

  private static final String LEAVE = "\u001b[?25h\u001b[?1049l";

  private static final List<Column> REDIS =
      List.of(
          Column.of("REDIS", "space"),
          Column.of("STATUS", "status"),
          Column.of("VERSION", "server/version"),
          Column.of("ROLE", "server/role"),
          new Column("MEMORY MiB", row -> mebibytes(row.at("/server/memoryUsed"))),
          Column.of("COMMANDS/s", "server/operationsPerSecond"),
          Column.of("CLIENTS", "server/clients"),
          Column.of("WAITING", "waiting"),
          Column.of("SKEW ms", "clockSkewMs"));

  private static final List<Column> NODES =
      List.of(
          Column.of("NODE", "host"),
          Column.of("PROCESS", "process"),
          Column.of("VERSION", "version"),
          Column.of("STARTED", "startedAt"),
          new Column("HEAP MiB", row -> mebibytes(row.path("heapUsed"))),
          Column.of("CPU", "cpu"),
          Column.of("REQUESTS/s", "load/requestsPerSecond"),
          Column.of("SHED", "load/shed"),
          Column.of("CONNECTIONS", "load/connections"),
          Column.of("SOCKETS", "load/sockets"));

  private static final List<Column> CACHES =
      List.of(
          Column.of("CACHE", "keyspace"),
          Column.of("ENTRIES", "entries"),
          Column.of("HITS", "hits"),
          Column.of("NEAR HITS", "nearHits"),
          Column.of("MISSES", "misses"),
          Column.of("LOAD FAILURES", "loadFailures"));

  private final CtlArguments arguments;
  private final NodeApi api;
  private final CtlOutput out;

  TopCtl(CtlArguments arguments, NodeApi api, CtlOutput out) {
    this.arguments = arguments;
    this.api = api;
    this.out = out;
  }

  private static String mebibytes(JsonNode bytes) {
    return bytes.isNumber() ? Long.toString(bytes.asLong() >> 20) : "-";
  }

  /** Prints the page once, or repeatedly until the program is stopped. */
  void run() {
    arguments.end(1);
    if (arguments.has("--once")) {
      print();
      return;
    }
    boolean terminal = Terminal.isAttached();
    if (terminal) {
      enter();
    }
    while (!Thread.currentThread().isInterrupted()) {
      out.raw().print(terminal ? CLEAR : "");
      try {
        print();
      } catch (CtlException e) {
        out.line(String.valueOf(e.getMessage()));
      }
      out.raw().flush();
      LockSupport.parkNanos(EVERY.toNanos());
    }
  }

  /** Opens the alternate screen; a shutdown hook closes it, also after Ctrl-C. */
  private void enter() {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> show(LEAVE), "terminal"));
    show(ENTER);
  }

  private void show(String sequence) {
    out.raw().print(sequence);
    out.raw().flush();
  }

  private void print() {
    JsonNode sessions = api.get(api.path("stats", "sessions"));
    JsonNode playback = api.get(api.path("stats", "playback"));
    JsonNode streams = api.get(api.path("stats", "streams"));
    out.line(
        "%s at %s, %s: %s sessions, %s listeners, %s streams followed, %s appends"
            .formatted(
                api.space(),
                api.url(),
                LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS),
                sessions.path("live").asText(),
                playback.path("listeners").asText(),
                streams.path("followed").asText(),
                streams.path("appends").asText()));
    section(REDIS, api.get("/health/redis").path("spaces"));
    section(NODES, api.get("/health/nodes").path("items"));
    section(ProvidersCtl.COLUMNS, api.get(api.path("providers", "health")).path("items"));
    section(CACHES, api.get(api.path("stats", "caches")).path("items"));
  }

  private void section(List<Column> columns, JsonNode items) {
    List<JsonNode> rows = new ArrayList<>();
    items.forEach(rows::add);
    if (!rows.isEmpty()) {
      if (!out.isJson()) {
        out.line("");
      }
      out.table(columns, rows);
    }
  }
}
