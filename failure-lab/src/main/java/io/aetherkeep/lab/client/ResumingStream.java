package io.aetherkeep.lab.client;

import io.aetherkeep.lab.cluster.Waiting;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Follower of a stream by server-sent events or long polls, at any node. Each request continues
 * from the last offset; the follower itself often closes its event stream.
 */
public final class ResumingStream implements AutoCloseable {

  private static final String BEGINNING = "-1";
  private static final long LONGEST_MILLIS = 12_000;

  private final Client client;
  private final String path;
  private final boolean json;
  private final Transcript transcript = new Transcript();
  private final AtomicInteger breaks = new AtomicInteger();
  private final AtomicInteger resumed = new AtomicInteger();
  private final Thread thread;
  private volatile Stream<String> open = Stream.empty();
  private volatile boolean over;
  private String offset = BEGINNING;

  private ResumingStream(Client client, String path, boolean json, boolean events) {
    this.client = client;
    this.path = path;
    this.json = json;
    this.thread = new Thread(() -> follow(events), "reading " + path);
    thread.setDaemon(true);
    thread.start();
  }

  public static ResumingStream events(Client client, String path, boolean json) {
    return new ResumingStream(client, path, json, true);
  }

  public static ResumingStream longPolls(Client client, String path, boolean json) {
    return new ResumingStream(client, path, json, false);
  }

  public Transcript transcript() {
    return transcript;
  }

  /** Returns how often events broke off that were not cut here. */
  public int breaks() {
    return breaks.get();
  }

  /** Returns how often it continued from an offset. */
  public int resumed() {
    return resumed.get();
  }

  private void follow(boolean events) {
    while (!over) {
      try {
        if (events) {
          readEvents();
        } else {
          poll();
        }
      } catch (IOException | RuntimeException e) {
        // Broken off: try again.
        breaks.incrementAndGet();
        Waiting.pass(Duration.ofMillis(100));
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void poll() {
    Answer answer = client.sendUnchecked("GET", path + "?live=long-poll&offset=" + offset);
    if (answer.status() != 0 && answer.millis() > LONGEST_MILLIS) {
      client.note("a long poll of a stream was answered after " + answer.millis() + " ms");
    }
    if (!answer.isGood()) {
      refused(answer.status());
      return;
    }
    if (answer.status() == 200) {
      transcript.add(answer.body(), json);
    }
    resumed.addAndGet(offset.equals(BEGINNING) ? 0 : 1);
    if (!answer.header("Stream-Next-Offset").isEmpty()) {
      offset = answer.header("Stream-Next-Offset");
    }
    end(answer.header("Stream-Closed").equals("true"));
  }

  private void refused(int status) {
    if (status == 410) {
      offset = BEGINNING;
      transcript.lose();
    } else if (status == 404) {
      offset = BEGINNING;
      transcript.clear();
    }
    Waiting.pass(Duration.ofMillis(100));
  }

  private void end(boolean closed) {
    if (closed) {
      over = true;
      transcript.complete();
    }
  }

  private void readEvents() throws IOException, InterruptedException {
    List<String> urls = client.urls();
    String url = urls.get(ThreadLocalRandom.current().nextInt(urls.size()));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path + "?live=sse&offset=" + offset)).build();
    HttpResponse<Stream<String>> response = Client.HTTP.send(request, BodyHandlers.ofLines());
    try (Stream<String> lines = response.body()) {
      if (response.statusCode() != 200) {
        refused(response.statusCode());
        return;
      }
      resumed.addAndGet(offset.equals(BEGINNING) ? 0 : 1);
      open = lines;
      read(lines.iterator());
    }
  }

  /** Reads events; a {@code data} event counts once its offset has arrived. */
  private void read(Iterator<String> lines) {
    long cut = System.nanoTime() + ThreadLocalRandom.current().nextLong(6_000_000_000L);
    String event = "";
    String piece = "";
    while (!over && lines.hasNext()) {
      String line = lines.next();
      if (line.startsWith("event: ")) {
        event = line.substring(7);
      } else if (line.startsWith("data:") && event.equals("data")) {
        piece += line.substring(5);
      } else if (line.startsWith("data:")) {
        control(piece, new JsonObject(line.substring(5)));
        piece = "";
        if (System.nanoTime() > cut) {
          return;
        }
      }
    }
  }

  private void control(String piece, JsonObject control) {
    if (!piece.isEmpty()) {
      transcript.add(piece, json);
    }
    offset = control.getString("streamNextOffset");
    end(control.getBoolean("streamClosed", false));
  }

  @Override
  public void close() {
    over = true;
    open.close();
    thread.interrupt();
  }
}
