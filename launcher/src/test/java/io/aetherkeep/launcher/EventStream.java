package io.aetherkeep.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Reader of server-sent events, as in a browser. */
final class EventStream implements AutoCloseable {

  /** An event; {@code end} without data marks the end of the stream. */
  record Event(String name, String id, String data) {}

  private final HttpResponse<InputStream> response;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  private String last = "";

  private EventStream(HttpResponse<InputStream> response) {
    this.response = response;
  }

  static EventStream open(String url, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url)).header("Accept", "text/event-stream");
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    EventStream stream =
        new EventStream(
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request.build(), BodyHandlers.ofInputStream()));
    Thread reader = new Thread(stream::read);
    reader.setDaemon(true);
    reader.start();
    return stream;
  }

  int status() {
    return response.statusCode();
  }

  String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** The id of the last received event. */
  String lastId() {
    return last;
  }

  Event next() throws InterruptedException {
    Event event = events.poll(20, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("No event came");
    }
    last = event.id();
    return event;
  }

  private void read() {
    String name = "";
    String id = "";
    StringBuilder data = new StringBuilder();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("event:")) {
          name = value(line);
        } else if (line.startsWith("id:")) {
          id = value(line);
        } else if (line.startsWith("data:")) {
          data.append(data.isEmpty() ? "" : "\n").append(value(line));
        } else if (line.isEmpty() && !data.isEmpty()) {
          events.add(new Event(name, id, data.toString()));
          name = "";
          data.setLength(0);
        }
      }
    } catch (IOException e) {
      // The server or the test has closed it.
    }
    events.add(new Event("end", id, ""));
  }

  /** The value after a field's colon and one space. */
  private static String value(String line) {
    return line.substring(line.indexOf(':') + 1).replaceFirst("^ ", "");
  }

  @Override
  public void close() throws IOException {
    response.body().close();
  }
}
