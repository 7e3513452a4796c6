package io.aetherkeep.lab.client;

import io.aetherkeep.lab.cluster.Waiting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Reader of server-sent events that, like a browser, reconnects with the last event id. */
public final class ResumingEvents implements AutoCloseable {

  /** Server-sent event. */
  public record Event(String name, String id, String data) {}

  private final URI uri;
  private final Predicate<Event> isLast;
  private final Thread thread = new Thread(this::follow, "stream");
  private final AtomicInteger connects = new AtomicInteger();
  private String last = "";
  private String event = "";
  private volatile Stream<String> open = Stream.empty();
  private volatile boolean over;

  private ResumingEvents(URI uri, Predicate<Event> isLast) {
    this.uri = uri;
    this.isLast = isLast;
  }

  public static ResumingEvents open(String url, Predicate<Event> isLast) {
    ResumingEvents stream = new ResumingEvents(URI.create(url), isLast);
    stream.thread.setDaemon(true);
    stream.thread.start();
    return stream;
  }

  /** Reads given lines, without a connection. */
  public static void read(Stream<String> lines, Predicate<Event> isLast) {
    ResumingEvents stream = new ResumingEvents(URI.create("http://nowhere"), isLast);
    lines.forEach(stream::line);
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
          open = lines;
          if (!over) {
            lines.forEach(this::line);
          }
        }
      } catch (IOException | RuntimeException e) {
        // Broken off: reconnect like a browser.
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
    } else if (line.startsWith("data: ")) {
      over |= isLast.test(new Event(event, last, line.substring(6)));
    }
  }

  /** Waits for the last event, then stops. */
  public void awaitEnd() {
    Waiting.until(Duration.ofSeconds(15), () -> over);
    close();
  }

  public int reconnects() {
    return Math.max(0, connects.get() - 1);
  }

  @Override
  public void close() {
    over = true;
    open.close();
    thread.interrupt();
  }
}
