package io.aetherkeep.lab;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Follows a status as a browser does: it comes back with the last place that it was told. */
final class Watcher {

  private final URI uri;
  private final Places told = new Places();
  private final Thread thread;
  private String last = "";
  private String event = "";
  private boolean gap;
  private volatile boolean over;
  private final AtomicInteger connects = new AtomicInteger();

  Watcher(String url) {
    this.uri = URI.create(url);
    this.thread = new Thread(this::follow, "watcher");
    thread.setDaemon(true);
    thread.start();
  }

  /** One that has read a stream already. */
  static Watcher reading(List<String> lines) {
    Watcher watcher = new Watcher();
    lines.forEach(watcher::line);
    return watcher;
  }

  private Watcher() {
    this.uri = URI.create("http://nowhere");
    this.thread = new Thread(this::follow);
  }

  private void follow() {
    while (!over) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(uri).header("Accept", "text/event-stream");
      if (!last.isEmpty()) {
        request.header("Last-Event-ID", last);
      }
      try {
        HttpResponse<Stream<String>> response =
            Client.HTTP.send(request.build(), BodyHandlers.ofLines());
        connects.addAndGet(response.statusCode() == 200 ? 1 : 0);
        over |= response.statusCode() == 204;
        try (Stream<String> lines = response.body()) {
          lines.forEach(this::line);
        }
      } catch (IOException | RuntimeException e) {
        // Broken off: a browser comes again.
      } catch (InterruptedException e) {
        return;
      }
      Waiting.pass(Duration.ofMillis(100));
    }
  }

  private void line(String line) {
    if (line.startsWith("event: ")) {
      event = line.substring(7);
    } else if (line.startsWith("id: ")) {
      last = line.substring(4);
    } else if (line.startsWith("data: ") && event.equals("gap")) {
      gap = true;
    } else if (line.startsWith("data: ") && event.equals("status")) {
      told.add(last, gap);
      gap = false;
      over |= line.contains("\"completed\"");
    }
  }

  void awaitEnd() {
    Waiting.until(Duration.ofSeconds(15), () -> over);
    over = true;
    thread.interrupt();
  }

  int reconnects() {
    return Math.max(0, connects.get() - 1);
  }

  /** The places that it was not told of, and not told that something is missing either. */
  List<String> missed(List<String> promised) {
    return told.missed(promised);
  }
}
