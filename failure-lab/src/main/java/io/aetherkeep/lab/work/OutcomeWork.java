package io.aetherkeep.lab.work;

import io.aetherkeep.lab.client.Answer;
import io.aetherkeep.lab.client.Client;
import io.aetherkeep.lab.cluster.Waiting;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Work on a provider's outcomes: each accepted one must count exactly once. */
public final class OutcomeWork implements Work {

  private final Client client;
  private final String path = "/api/v1/council/providers/" + UUID.randomUUID();
  private int promised;
  private int tried;

  public OutcomeWork(Client client) {
    this.client = client;
  }

  @Override
  public void step() {
    if (ThreadLocalRandom.current().nextInt(3) == 0) {
      client.get(path + "/health");
      return;
    }
    tried++;
    if (client.post(path + "/outcomes", "{\"success\": true, \"latencyMs\": 5}").isGood()) {
      promised++;
    }
  }

  @Override
  public boolean isTimed() {
    return true;
  }

  @Override
  public List<String> lost(boolean kept) {
    // A node merges its kept outcomes when Redis is back.
    boolean there = !kept || Waiting.until(Duration.ofSeconds(10), this::isThere);
    return there
        ? List.of()
        : List.of(
            path
                + ": promised "
                + promised
                + ", tried "
                + tried
                + ", "
                + client.get(path + "/health").body());
  }

  private boolean isThere() {
    Answer answer = client.get(path + "/health");
    long counted = answer.isGood() ? new JsonObject(answer.body()).getLong("requests") : 0;
    return !answer.isFromMemory() && counted >= promised && counted <= tried;
  }
}
