package io.aetherkeep.lab.work;

import io.aetherkeep.lab.client.Answer;
import io.aetherkeep.lab.client.Client;
import io.aetherkeep.lab.cluster.Waiting;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Work on cache entries: writes them, and reads them from Redis or from memory. */
public final class CacheWork implements Work {

  private static final int ENTRIES = 20;

  private final Client client;
  private final String prefix = "/api/v1/aethercast/caches/topic/" + UUID.randomUUID() + "-";
  private final int[] promised = new int[ENTRIES];
  private final int[] tried = new int[ENTRIES];

  public CacheWork(Client client) {
    this.client = client;
  }

  @Override
  public void step() {
    int number = ThreadLocalRandom.current().nextInt(ENTRIES);
    if (ThreadLocalRandom.current().nextInt(4) == 0) {
      tried[number]++;
      if (client.put(prefix + number, "{\"n\": " + tried[number] + "}").isGood()) {
        promised[number] = tried[number];
      }
    } else {
      client.get(prefix + number);
    }
  }

  @Override
  public List<String> lost(boolean kept) {
    List<String> lost = new ArrayList<>();
    for (int i = 0; i < ENTRIES && kept; i++) {
      int number = i;
      // A node's near cache is invalidated within moments.
      if (!Waiting.until(Duration.ofSeconds(3), () -> isThere(number))) {
        lost.add(prefix + i + ": promised " + promised[i] + ", tried " + tried[i]);
      }
    }
    return lost;
  }

  private boolean isThere(int number) {
    Answer answer = client.get(prefix + number);
    int found = answer.isGood() ? new JsonObject(answer.body()).getInteger("n", 0) : 0;
    return !answer.isFromMemory() && found >= promised[number] && found <= tried[number];
  }
}
