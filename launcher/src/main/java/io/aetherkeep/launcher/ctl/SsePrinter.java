package io.aetherkeep.launcher.ctl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Printer of server-sent events, one a line. It resumes after a lost connection. */
final class SsePrinter {

  private static final int NO_CONTENT = 204;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final NodeApi api;
  private final CtlOutput out;
  private String id = "";

  /** Fields of the event that is being read; it counts once its empty line is read. */
  private String nextId = "";

  private String event = "";
  private final StringBuilder data = new StringBuilder();

  SsePrinter(NodeApi api, CtlOutput out) {
    this.api = api;
    this.out = out;
  }

  /** Prints the events of a path until the server answers 204. */
  void print(String path) {
    boolean first = true;
    while (!Thread.currentThread().isInterrupted()) {
      Map<String, String> headers =
          id.isEmpty()
              ? Map.of("Accept", "text/event-stream")
              : Map.of("Accept", "text/event-stream", "Last-Event-ID", id);
      HttpResponse<InputStream> answer = NodeApi.follow(first, () -> api.open(path, headers));
      first = false;
      if (answer.statusCode() == NO_CONTENT) {
        return;
      }
      begin();
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          take(line);
        }
      } catch (IOException e) {
        out.raw().flush();
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** Begins an event, and forgets one that a lost connection has cut off. */
  private void begin() {
    nextId = id;
    event = "";
    data.setLength(0);
  }

  private void take(String line) {
    if (line.isEmpty()) {
      id = nextId;
      if (data.length() > 0) {
        out.line((event.isEmpty() ? "message" : event) + " " + data);
        out.raw().flush();
      }
      begin();
    } else if (line.startsWith("id:")) {
      nextId = line.substring(3).strip();
    } else if (line.startsWith("event:")) {
      event = line.substring(6).strip();
    } else if (line.startsWith("data:")) {
      data.append(line.substring(5).strip());
    }
  }
}
