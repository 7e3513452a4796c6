package io.aetherkeep.lab.work;

import io.aetherkeep.lab.client.Answer;
import io.aetherkeep.lab.client.Client;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Work on sessions: opens, reads, patches and ends them. */
public final class SessionWork implements Work {

  private static final String PATH = "/api/v1/aethercast/sessions";
  private static final int MOST = 10;

  private final Client client;
  private final Map<String, Counted> live = new LinkedHashMap<>();
  private final List<Ended> ended = new ArrayList<>();
  private final List<String> revived = new ArrayList<>();

  /** Ended session and the time of its end. */
  private record Ended(String id, long at) {}

  /** Least and greatest number that a session may hold. */
  private static final class Counted {
    int promised;
    int tried;
  }

  public SessionWork(Client client) {
    this.client = client;
  }

  @Override
  public void step() {
    int dice = ThreadLocalRandom.current().nextInt(10);
    if (live.size() < 2 || (dice == 0 && live.size() < MOST)) {
      open();
    } else if (dice < 4) {
      patch(any());
    } else if (dice < 5) {
      end(any());
    } else if (dice < 9 || ended.isEmpty()) {
      client.get(PATH + "/" + any());
    } else {
      look(ended.get(ended.size() - 1));
    }
  }

  private String any() {
    List<String> ids = List.copyOf(live.keySet());
    return ids.get(ThreadLocalRandom.current().nextInt(ids.size()));
  }

  private void open() {
    Answer answer = client.post(PATH, "{\"userId\": \"u1\"}");
    if (answer.status() == 201) {
      live.put(new JsonObject(answer.body()).getString("id"), new Counted());
    }
  }

  private void patch(String id) {
    Counted counted = live.get(id);
    if (counted != null) {
      counted.tried++;
      Answer answer = client.patch(PATH + "/" + id, "{\"n\": " + counted.tried + "}");
      if (answer.isGood()) {
        counted.promised = counted.tried;
      }
    }
  }

  /** Ends a session; one whose end was not confirmed may be alive or not. */
  private void end(String id) {
    live.remove(id);
    if (client.delete(PATH + "/" + id).status() == 204) {
      ended.add(new Ended(id, System.nanoTime()));
    }
  }

  /**
   * Reads an ended session. A node that missed the event of its end may still answer from memory,
   * marked as stale.
   */
  private void look(Ended session) {
    Answer answer = client.get(PATH + "/" + session.id);
    if (answer.isGood() && (!answer.isFromMemory() || client.wasCalm(session.at))) {
      revived.add("session " + session.id + " was ended and answers " + answer.status());
    }
  }

  @Override
  public List<String> lost(boolean kept) {
    List<String> lost = new ArrayList<>();
    live.forEach(
        (id, counted) -> {
          Answer answer = client.get(PATH + "/" + id);
          int number = answer.isGood() ? number(answer) : -1;
          if (kept && (number < counted.promised || number > counted.tried)) {
            lost.add(
                "session %s: %d, promised %d, tried %d (%d)"
                    .formatted(id, number, counted.promised, counted.tried, answer.status()));
          }
        });
    return lost;
  }

  private static int number(Answer answer) {
    return new JsonObject(answer.body()).getJsonObject("document").getInteger("n", 0);
  }

  @Override
  public List<String> revived() {
    ended.forEach(this::look);
    return revived;
  }

  @Override
  public void leave() {
    live.keySet().forEach(id -> client.sendUnchecked("DELETE", PATH + "/" + id));
  }
}
