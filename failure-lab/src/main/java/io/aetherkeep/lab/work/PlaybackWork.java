package io.aetherkeep.lab.work;

import io.aetherkeep.lab.client.Answer;
import io.aetherkeep.lab.client.Client;
import io.aetherkeep.lab.client.LabSocket;
import io.aetherkeep.lab.cluster.Waiting;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Work of a session that plays, by its socket and over HTTP. A report's position is ten times its
 * number, so that one checks the other.
 */
public final class PlaybackWork implements Work {

  private static final String API = "/api/v1/aethercast/";
  private static final List<String> STATES = List.of("playing", "paused", "playing", "stopped");

  private final Client client;
  private final ExpectedListeners presence;
  private final List<String> complaints = new ArrayList<>();
  private String session = "";
  private @Nullable LabSocket socket;
  private String state = "stopped";
  private boolean settled;
  private long number;
  private long promised;

  public PlaybackWork(Client client, ExpectedListeners presence) {
    this.client = client;
    this.presence = presence;
  }

  @Override
  public Duration pause() {
    return Duration.ofMillis(40);
  }

  @Override
  public void step() {
    int dice = ThreadLocalRandom.current().nextInt(40);
    if (session.isEmpty()) {
      open();
    } else if (socket == null || socket.isClosed()) {
      connect();
    } else if (!settled) {
      change(state, dice % 2 == 0);
    } else if (dice == 0) {
      hangUp();
    } else if (dice < 8) {
      change(STATES.get(dice % STATES.size()), dice % 2 == 0);
    } else if (dice < 32 && !state.equals("stopped")) {
      progress(dice % 4 > 0);
    } else {
      look();
    }
  }

  private String path() {
    return API + "sessions/" + session;
  }

  private void open() {
    Answer answer = client.post(API + "sessions", "{}");
    if (answer.status() == 201) {
      session = new JsonObject(answer.body()).getString("id");
      state = "playing";
      settled = false;
      number = 0;
      promised = 0;
    }
  }

  /** Connects with a ticket, which opens only one socket, or with the session's id. */
  private void connect() {
    boolean ticketed = ThreadLocalRandom.current().nextBoolean();
    String ticket = ticketed ? ticket() : "";
    if (ticketed && ticket.isEmpty()) {
      return;
    }
    JsonObject hello = new JsonObject().put("op", "hello");
    if (!ticketed) {
      hello.put("session", session);
    }
    String query = ticketed ? "?ticket=" + ticket : "";
    try {
      LabSocket fresh = client.socket("aethercast", query, frame -> {});
      Answer answer = client.ask(fresh, hello);
      socket = fresh;
      settled = false;
      if (!answer.isGood()) {
        fresh.close();
        goneIf(answer.status() == 404 && !ticketed);
      } else if (ticketed) {
        useAgain(query);
      }
    } catch (RuntimeException e) {
      // A node that is down accepts no connection: try again.
    }
  }

  private String ticket() {
    Answer issued = client.post(path() + "/ticket", "");
    goneIf(issued.status() == 404);
    return issued.status() == 201 ? new JsonObject(issued.body()).getString("ticket") : "";
  }

  private void useAgain(String query) {
    try (LabSocket second = client.socket("aethercast", query, frame -> {})) {
      if (client.ask(second, new JsonObject().put("op", "hello")).isGood()) {
        complaints.add("a ticket of session " + session + " opened two sockets");
      }
    }
  }

  /** Complains about an unknown session, which was lost with Redis's data. */
  private void goneIf(boolean unknown) {
    if (unknown) {
      complaints.add("session " + session + " is gone");
      presence.removeListener(session);
      session = "";
      hangUp();
    }
  }

  private void hangUp() {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }

  /** Reports a state, which {@link #step} repeats until it is confirmed. */
  private void change(String to, boolean bySocket) {
    state = to;
    settled = false;
    presence.mayListen(session);
    Answer answer = report(to, bySocket);
    goneIf(answer.status() == 404);
    if (answer.isGood()) {
      settled = true;
      if (to.equals("playing")) {
        presence.listens(session);
      } else {
        presence.removeListener(session);
      }
    }
  }

  private void progress(boolean bySocket) {
    report("", bySocket);
  }

  private Answer report(String to, boolean bySocket) {
    number++;
    Answer answer = bySocket && socket != null ? bySocket(socket, to) : overHttp(to);
    if (answer.isGood()) {
      JsonObject playback = new JsonObject(answer.body()).getJsonObject("playback");
      promised = to.isEmpty() ? promised : number;
      if (new JsonObject(answer.body()).getBoolean("late") || !isMine(playback)) {
        complaints.add("report " + number + " " + to + " was answered with " + answer.body());
      }
    }
    return answer;
  }

  private Answer bySocket(LabSocket by, String to) {
    String op = to.isEmpty() ? "progress" : to.equals("playing") ? "play" : stopping(to);
    JsonObject frame = new JsonObject().put("op", op);
    frame.put("podcast", presence.podcast()).put("positionMs", number * 10).put("seq", number);
    return client.ask(by, frame);
  }

  private static String stopping(String to) {
    return to.equals("paused") ? "pause" : "stop";
  }

  private Answer overHttp(String to) {
    JsonObject report = new JsonObject().put("podcastId", presence.podcast());
    report.put("positionMs", number * 10).put("seq", number);
    if (!to.isEmpty()) {
      report.put("state", to);
    }
    return client.put(path() + "/playback", report.encode());
  }

  private void look() {
    Answer answer = client.get(path() + "/playback");
    goneIf(answer.status() == 404);
    if (answer.isGood() && !answer.isFromMemory()) {
      JsonObject playback = new JsonObject(answer.body());
      if (!isMine(playback) || playback.getLong("seq") < promised) {
        complaints.add("promised " + promised + ", tried " + number + ", there is " + playback);
      }
    }
  }

  /** Whether the playback is one of this client's reports, as a whole. */
  private boolean isMine(JsonObject playback) {
    long seq = playback.getLong("seq");
    return seq <= number && playback.getLong("positionMs") == seq * 10;
  }

  @Override
  public boolean isTimed() {
    return true;
  }

  @Override
  public List<String> lost(boolean kept) {
    if (!kept) {
      complaints.clear();
    }
    boolean ended = Waiting.until(Duration.ofSeconds(10), this::sendsLastReport);
    if (!ended) {
      complaints.add("session " + session + " could not say what it plays");
    }
    for (String url : client.urls()) {
      if (!Waiting.until(Duration.ofSeconds(5), () -> matchesReport(playback(url)))) {
        complaints.add("said " + state + " " + number + ", there is " + playback(url).body());
      }
    }
    return complaints;
  }

  private boolean sendsLastReport() {
    if (session.isEmpty()) {
      open();
    } else if (socket == null || socket.isClosed()) {
      connect();
    } else if (!settled) {
      change(state, true);
    } else {
      return state.equals("stopped") || report("", true).isGood();
    }
    return false;
  }

  private Answer playback(String url) {
    return client.to(url, "GET", path() + "/playback", "");
  }

  private boolean matchesReport(Answer answer) {
    JsonObject playback = new JsonObject(answer.body());
    return answer.isGood()
        && playback.getLong("seq") == number
        && isMine(playback)
        && playback.getString("state").equals(state);
  }

  @Override
  public void leave() {
    hangUp();
    client.to(client.urls().get(0), "DELETE", path(), "");
  }
}
