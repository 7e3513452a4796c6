package io.aetherkeep.lab.work;

import io.aetherkeep.lab.client.Client;
import io.aetherkeep.lab.client.Following;
import io.aetherkeep.lab.client.ResumingEvents;
import io.aetherkeep.lab.cluster.Waiting;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Check of a podcast's number of listeners: over HTTP, on a socket and on a stream. */
public final class AudienceWork implements Work {

  private final Client client;
  private final ExpectedListeners presence;
  private final String path;
  private final AtomicLong onSocket = new AtomicLong(-1);
  private final AtomicLong onStream = new AtomicLong(-1);
  private final Following socket;
  private final ResumingEvents stream;

  public AudienceWork(Client client, ExpectedListeners presence) {
    this.client = client;
    this.presence = presence;
    this.path = "/api/v1/aethercast/podcasts/" + presence.podcast() + "/listeners";
    this.socket =
        new Following(
            client,
            "aethercast",
            "listeners/" + presence.podcast(),
            news -> {
              onSocket.set(listeners(news.data()));
              return false;
            });
    this.stream =
        ResumingEvents.open(
            client.urls().get(0) + path,
            event -> {
              onStream.set(listeners(event.data()));
              return false;
            });
  }

  private static long listeners(String json) {
    return new JsonObject(json).getLong("listeners");
  }

  @Override
  public Duration pause() {
    return Duration.ofMillis(200);
  }

  @Override
  public void step() {
    client.get(path);
    client.get("/api/v1/aethercast/playback/top");
  }

  @Override
  public boolean isTimed() {
    return true;
  }

  /** Once all clients have sent their last report, the count must be exact on every channel. */
  @Override
  public List<String> lost(boolean kept) {
    if (!kept || Waiting.until(Duration.ofSeconds(15), this::isRight)) {
      return List.of();
    }
    return List.of(
        "%s, on a socket %s, on a stream %s, there should be %s"
            .formatted(client.get(path).body(), onSocket, onStream, presence));
  }

  private boolean isRight() {
    long counted = listeners(client.get(path).body());
    return presence.admits(counted) && onSocket.get() == counted && onStream.get() == counted;
  }

  @Override
  public int breaks() {
    return socket.breaks() + stream.reconnects();
  }

  @Override
  public void leave() {
    socket.close();
    stream.close();
  }
}
