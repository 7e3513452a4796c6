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

/**
 * Work on cache entries with a tag: after an invalidation by the tag no removed entry may come
 * back.
 */
public final class TagWork implements Work {

  private static final String CACHES = "/api/v1/aethercast/caches/";
  private static final int ENTRIES = 8;
  private static final Duration DOUBT = Duration.ofSeconds(3);

  private final Client client;
  private final String tag = UUID.randomUUID().toString();
  private final int[] promised = new int[ENTRIES];
  private final int[] removed = new int[ENTRIES];
  private final int[] tried = new int[ENTRIES];

  /** Versions that an invalidation of unknown time may have removed. */
  private final int[] doubtful = new int[ENTRIES];

  private long doubtUntil = System.nanoTime();

  public TagWork(Client client) {
    this.client = client;
  }

  private String path(int number) {
    return CACHES + "user/" + tag + "-" + number;
  }

  @Override
  public void step() {
    int dice = ThreadLocalRandom.current().nextInt(20);
    int number = ThreadLocalRandom.current().nextInt(ENTRIES);
    if (dice == 0) {
      invalidate();
    } else if (dice < 7) {
      tried[number]++;
      String json = "{\"n\": " + tried[number] + "}";
      if (client.put(path(number), json, "Cache-Tags", tag).isGood()) {
        promised[number] = tried[number];
        if (System.nanoTime() - doubtUntil < 0) {
          doubtful[number] = tried[number];
        }
      }
    } else {
      client.get(path(number));
    }
  }

  /**
   * Invalidates by the tag: confirmed entries are gone then, unconfirmed ones may be. A queued
   * invalidation, or one that goes on after its deadline, may also remove what was written within
   * the moments in which its node gives Redis up.
   */
  private void invalidate() {
    Answer answer = client.post(CACHES + "invalidate", "{\"tag\": \"" + tag + "\"}");
    boolean done = answer.status() == 200;
    if (!done) {
      doubtUntil = System.nanoTime() + DOUBT.toNanos();
    }
    for (int i = 0; i < ENTRIES; i++) {
      removed[i] = answer.isGood() ? promised[i] : removed[i];
      doubtful[i] = done ? doubtful[i] : tried[i];
    }
  }

  @Override
  public List<String> lost(boolean kept) {
    List<String> lost = new ArrayList<>();
    for (int i = 0; i < ENTRIES && kept; i++) {
      int number = i;
      // A queued removal and the near caches take a moment.
      if (!Waiting.until(Duration.ofSeconds(5), () -> isRight(number))) {
        lost.add(
            "%s: promised %d, removed %d, tried %d, there is %s"
                .formatted(path(i), promised[i], removed[i], tried[i], client.get(path(i)).body()));
      }
    }
    return lost;
  }

  private boolean isRight(int number) {
    Answer answer = client.get(path(number));
    int found = answer.isGood() ? new JsonObject(answer.body()).getInteger("n", 0) : 0;
    boolean allRemoved =
        found == 0 && promised[number] <= Math.max(removed[number], doubtful[number]);
    boolean there = found > removed[number] && found >= promised[number] && found <= tried[number];
    return !answer.isFromMemory() && (allRemoved || there);
  }

  @Override
  public void leave() {
    client.post(CACHES + "invalidate", "{\"tag\": \"" + tag + "\"}");
  }
}
