package io.aetherkeep.lab.work;

import io.aetherkeep.lab.client.Answer;
import io.aetherkeep.lab.client.Client;
import io.aetherkeep.lab.client.LabSocket;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Work of listeners that report playback once and then stay connected. The work cuts one at random
 * times; a listener whose socket breaks does not return.
 */
public final class VisitorWork implements Work {

  private static final String PATH = "/api/v1/aethercast/sessions";
  private static final int MOST = 25;

  private final Client client;
  private final ExpectedListeners presence;
  private final List<Visitor> there = new ArrayList<>();
  private final List<String> sessions = new ArrayList<>();

  private record Visitor(String session, LabSocket socket) {}

  public VisitorWork(Client client, ExpectedListeners presence) {
    this.client = client;
    this.presence = presence;
  }

  @Override
  public Duration pause() {
    return Duration.ofMillis(50);
  }

  @Override
  public void step() {
    for (Visitor visitor : List.copyOf(there)) {
      if (visitor.socket.isClosed()) {
        vanished(visitor);
      }
    }
    if (there.size() < MOST) {
      come();
    } else if (ThreadLocalRandom.current().nextInt(20) == 0) {
      Visitor first = there.get(0);
      first.socket.close();
      vanished(first);
    }
  }

  private void vanished(Visitor visitor) {
    there.remove(visitor);
    presence.vanished(visitor.session);
  }

  private void come() {
    Answer opened = client.post(PATH, "{}");
    if (opened.status() != 201) {
      return;
    }
    String session = new JsonObject(opened.body()).getString("id");
    sessions.add(session);
    try {
      listen(session, client.socket("aethercast", "", frame -> {}));
    } catch (RuntimeException e) {
      // A node that is down accepts no connection: this visitor does not come.
    }
  }

  private void listen(String session, LabSocket socket) {
    Answer hello = client.ask(socket, new JsonObject().put("op", "hello").put("session", session));
    if (hello.isGood()) {
      presence.mayListen(session);
      JsonObject play = new JsonObject().put("op", "play").put("podcast", presence.podcast());
      if (client.ask(socket, play.put("positionMs", 42)).isGood()) {
        presence.listens(session);
        there.add(new Visitor(session, socket));
        return;
      }
      // The report may have been stored, or may be yet.
      presence.vanished(session);
    }
    socket.close();
  }

  @Override
  public boolean isTimed() {
    return true;
  }

  /** Their playback must be what they reported once. */
  @Override
  public List<String> lost(boolean kept) {
    List<String> lost = new ArrayList<>();
    for (Visitor visitor : List.copyOf(there)) {
      if (visitor.socket.isClosed()) {
        vanished(visitor);
      } else if (kept) {
        Answer answer = client.get(PATH + "/" + visitor.session + "/playback");
        if (!answer.isGood() || !matchesReport(new JsonObject(answer.body()))) {
          lost.add("visitor " + visitor.session + ": " + answer.status() + " " + answer.body());
        }
      }
    }
    return lost;
  }

  private static boolean matchesReport(JsonObject playback) {
    return "playing".equals(playback.getString("state")) && playback.getLong("positionMs") == 42;
  }

  @Override
  public void leave() {
    there.forEach(visitor -> visitor.socket.close());
    sessions.forEach(id -> client.sendUnchecked("DELETE", PATH + "/" + id));
  }
}
