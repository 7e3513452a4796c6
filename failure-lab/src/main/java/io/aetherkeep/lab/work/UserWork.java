package io.aetherkeep.lab.work;

import io.aetherkeep.lab.client.Answer;
import io.aetherkeep.lab.client.Client;
import io.aetherkeep.lab.cluster.Waiting;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Work on a user's sessions: rotates and extends them, and ends all but one. */
public final class UserWork implements Work {

  private static final String API = "/api/v1/aethercast/";
  private static final int MOST = 5;
  private static final int LONG_SECONDS = 7200;

  private final Client client;
  private final String user = UUID.randomUUID().toString();

  /** The user's sessions, and the least time to live of each in seconds. */
  private final Map<String, Integer> live = new LinkedHashMap<>();

  private final Set<String> ended = new HashSet<>();
  private final List<String> complaints = new ArrayList<>();

  /** Number of sessions whose opening or end was not confirmed. */
  private int doubtful;

  public UserWork(Client client) {
    this.client = client;
  }

  @Override
  public Duration pause() {
    return Duration.ofMillis(40);
  }

  @Override
  public void step() {
    int dice = ThreadLocalRandom.current().nextInt(20);
    if (live.isEmpty() || (dice < 4 && live.size() < MOST)) {
      open();
    } else if (dice < 8) {
      rotate(any());
    } else if (dice < 11) {
      extend(any());
    } else if (dice == 11) {
      endAllBut(any());
    } else {
      client.get(sessions());
    }
  }

  private String sessions() {
    return API + "users/" + user + "/sessions?limit=100";
  }

  private String any() {
    List<String> ids = List.copyOf(live.keySet());
    return ids.get(ThreadLocalRandom.current().nextInt(ids.size()));
  }

  private static String id(Answer answer) {
    return new JsonObject(answer.body()).getString("id");
  }

  private void open() {
    Answer answer = client.post(API + "sessions", "{\"userId\": \"" + user + "\"}");
    if (answer.status() == 201) {
      live.put(id(answer), 0);
    } else {
      doubtful++;
    }
  }

  private void rotate(String id) {
    int seconds = live.getOrDefault(id, 0);
    live.remove(id);
    Answer answer = client.post(API + "sessions/" + id + "/rotate", "");
    if (answer.status() == 201) {
      ended.add(id);
      live.put(id(answer), seconds);
    } else {
      doubtful++;
    }
  }

  private void extend(String id) {
    String by = "{\"ttlSeconds\": " + LONG_SECONDS + "}";
    if (client.post(API + "sessions/" + id + "/extend", by).isGood()) {
      live.put(id, LONG_SECONDS / 2);
    }
  }

  private void endAllBut(String id) {
    Answer answer = client.delete(API + "users/" + user + "/sessions?except=" + id);
    if (answer.isGood()) {
      ended.addAll(live.keySet());
      ended.remove(id);
      live.keySet().retainAll(Set.of(id));
    } else {
      doubtful += live.size();
      live.keySet().retainAll(Set.of(id));
    }
  }

  @Override
  public List<String> lost(boolean kept) {
    if (!kept) {
      return List.of();
    }
    live.forEach(
        (id, seconds) -> {
          Answer answer = client.get(API + "sessions/" + id + "?touch=false");
          long left = answer.isGood() ? new JsonObject(answer.body()).getLong("ttlSeconds") : -1;
          if (left < seconds || left <= 0) {
            complaints.add("session " + id + " should live " + seconds + " s: " + answer.status());
          }
        });
    if (!Waiting.until(Duration.ofSeconds(5), this::isListed)) {
      complaints.add(
          "user %s has %s and perhaps %d others, listed are %s"
              .formatted(user, live.keySet(), doubtful, listed()));
    }
    return complaints;
  }

  private Set<String> listed() {
    Set<String> listed = new HashSet<>();
    Answer answer = client.get(sessions());
    if (answer.isGood()) {
      JsonArray items = new JsonObject(answer.body()).getJsonArray("items");
      items.forEach(item -> listed.add(((JsonObject) item).getString("id")));
    }
    return listed;
  }

  private boolean isListed() {
    Set<String> listed = listed();
    return listed.containsAll(live.keySet())
        && listed.stream().noneMatch(ended::contains)
        && listed.size() <= live.size() + doubtful;
  }

  @Override
  public List<String> revived() {
    List<String> revived = new ArrayList<>();
    for (String id : ended) {
      Answer answer = client.get(API + "sessions/" + id + "?touch=false");
      if (answer.isGood()) {
        revived.add("session " + id + " was ended, or got another id, and is there");
      }
    }
    return revived;
  }

  @Override
  public void leave() {
    client.delete(API + "users/" + user + "/sessions");
  }
}
