package io.aetherkeep.lab.work;

import io.aetherkeep.lab.client.Answer;
import io.aetherkeep.lab.client.Client;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Work on a session's history: sends each message under its idempotency key until it is accepted;
 * it must be stored exactly once.
 */
public final class HistoryWork implements Work {

  private static final int MOST = 400;

  private final Client client;
  private final String id = UUID.randomUUID().toString();
  private final String path = "/api/v1/council/sessions/" + id;
  private int taken;
  private boolean opened;

  public HistoryWork(Client client) {
    this.client = client;
  }

  @Override
  public void step() {
    if (!opened) {
      int status = client.post("/api/v1/council/sessions", "{\"id\": \"" + id + "\"}").status();
      opened = status == 201 || status == 409;
    } else if (taken < MOST) {
      append();
    } else {
      client.get(path + "/history?limit=5");
    }
  }

  private void append() {
    String message = "{\"role\": \"user\", \"content\": \"m" + taken + "\"}";
    Answer answer = client.post(path + "/history", message, "Idempotency-Key", "k" + taken);
    if (answer.isGood()) {
      taken++;
    } else if (answer.status() == 404) {
      opened = false;
      taken = 0;
    }
  }

  @Override
  public List<String> lost(boolean kept) {
    if (!kept || !opened) {
      return List.of();
    }
    Answer answer = client.get(path + "/history");
    List<String> found = new ArrayList<>();
    if (answer.isGood()) {
      JsonArray items = new JsonObject(answer.body()).getJsonArray("items");
      items.forEach(item -> found.add(((JsonObject) item).getString("content")));
    }
    List<String> lost = new ArrayList<>();
    for (int i = 0; i < taken; i++) {
      String content = "m" + i;
      long times = found.stream().filter(content::equals).count();
      if (times != 1) {
        lost.add("message " + i + " of " + id + " is there " + times + " times");
      }
    }
    return lost;
  }

  @Override
  public void leave() {
    client.sendUnchecked("DELETE", path);
  }
}
