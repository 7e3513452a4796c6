package io.aetherkeep.lab.work;

import io.aetherkeep.lab.client.Answer;
import io.aetherkeep.lab.client.Client;
import io.aetherkeep.lab.client.Following;
import io.aetherkeep.lab.client.ResumingStream;
import io.aetherkeep.lab.client.Transcript;
import io.aetherkeep.lab.cluster.Waiting;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Work of an idempotent producer, which repeats each chunk until it is accepted, with followers by
 * events, by long polls and on a socket. At the end each follower must have every byte exactly
 * once.
 */
public final class StreamWork implements Work {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Keeps the whole stream within one answer. */
  private static final int MOST = 20_000;

  private final Client client;
  private final boolean json;
  private final String topic = "stream/lab-" + UUID.randomUUID();
  private final String path = "/api/v1/content/streams/" + topic.substring(7);
  private final List<ResumingStream> readings = new ArrayList<>();
  private final Transcript onSocket = new Transcript();
  private final StringBuilder written = new StringBuilder();
  private @Nullable Following socket;
  private boolean there;
  private boolean ended;
  private int epoch = -1;
  private int seq;
  private int chunks;
  private int losses;

  /** Creates the work for a stream of text or of JSON messages. */
  public StreamWork(Client client, boolean json) {
    this.client = client;
    this.json = json;
  }

  @Override
  public void step() {
    if (!there) {
      create();
    } else if (chunks < MOST) {
      append(false);
    }
  }

  /** Creates the stream; one that Redis lost begins anew, with its producer in a new epoch. */
  private void create() {
    Answer answer = client.put(path, "", "Content-Type", type());
    there = answer.status() == 201 || answer.status() == 200;
    if (there) {
      losses += epoch < 0 ? 0 : 1;
      epoch++;
      seq = 0;
      written.setLength(0);
      follow();
    }
  }

  private String type() {
    return json ? "application/json" : "text/plain";
  }

  private void follow() {
    if (socket == null) {
      IntStream.range(0, 2).forEach(i -> readings.add(ResumingStream.events(client, path, json)));
      readings.add(ResumingStream.longPolls(client, path, json));
      socket = new Following(client, "content", topic, this::onEvent);
    }
  }

  /** Appends or closes, under the same number until it is accepted. */
  private void append(boolean closes) {
    String text = "<" + chunks + ">";
    String body = json ? "{\"t\":\"" + text + "\"}" : text;
    Answer answer =
        client.post(
            path,
            closes ? "" : body,
            "Content-Type",
            type(),
            "Stream-Closed",
            Boolean.toString(closes),
            "Producer-Id",
            "lab",
            "Producer-Epoch",
            Integer.toString(epoch),
            "Producer-Seq",
            Integer.toString(seq));
    if (answer.isGood()) {
      seq++;
      chunks++;
      written.append(closes ? "" : text);
      ended = closes;
    } else if (answer.status() == 404) {
      there = false;
    } else if (answer.status() == 409) {
      client.note("seq " + seq + " of " + path + " was refused: " + answer.body());
    }
  }

  private boolean onEvent(Following.News news) {
    if (news.gap()) {
      onSocket.clear();
    }
    if (news.data().equals("null")) {
      onSocket.clear();
      return false;
    }
    JsonObject value = new JsonObject(news.data());
    if (value.containsKey("text")) {
      onSocket.add(value.getString("text"), false);
    } else if (value.containsKey("messages")) {
      onSocket.add(value.getJsonArray("messages").encode(), true);
    }
    if (value.getBoolean("closed", false)) {
      onSocket.complete();
    }
    return onSocket.isComplete();
  }

  /** Closes the stream and waits until all followers have received its end. */
  @Override
  public List<String> lost(boolean kept) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!ended && System.nanoTime() < end) {
      if (there) {
        append(true);
      } else {
        create();
      }
      Waiting.pass(Duration.ofMillis(ended ? 0 : 100));
    }
    List<String> lost = new ArrayList<>();
    if (!ended) {
      lost.add(path + " could not be closed");
      return lost;
    }
    for (ResumingStream reading : readings) {
      check("a reader", reading.transcript(), lost);
    }
    check("a socket", onSocket, lost);
    if (kept && losses + gaps() > 0) {
      lost.add("%s was lost %d times, %d gaps reported".formatted(path, losses, gaps()));
    }
    return lost;
  }

  private void check(String who, Transcript transcript, List<String> lost) {
    if (!Waiting.until(PATIENCE, transcript::isComplete)) {
      lost.add(who + " of " + path + " did not receive the end");
    }
    String difference = transcript.difference(written.toString());
    if (!difference.isEmpty()) {
      lost.add(who + " of " + path + " has " + difference);
    }
  }

  @Override
  public int breaks() {
    return readings.stream().mapToInt(ResumingStream::breaks).sum()
        + (socket == null ? 0 : socket.breaks());
  }

  @Override
  public int resumed() {
    return readings.stream().mapToInt(ResumingStream::resumed).sum()
        + (socket == null ? 0 : socket.resumed());
  }

  @Override
  public int gaps() {
    return readings.stream().mapToInt(reading -> reading.transcript().gaps()).sum()
        + (socket == null ? 0 : socket.gaps());
  }

  @Override
  public void leave() {
    readings.forEach(ResumingStream::close);
    if (socket != null) {
      Objects.requireNonNull(socket).close();
    }
    client.sendUnchecked("DELETE", path);
  }
}
