package io.aetherkeep.launcher.demo;

import java.util.List;
import java.util.Random;

/** Simulated services: they call providers, read caches and change configurations. */
final class SimulatedServices {

  private static final int TOPICS = 160;

  private static final List<String> PROVIDERS =
      List.of("anthropic", "openai", "mistral", "elevenlabs");

  private static final List<Integer> LATENCIES = List.of(740, 620, 480, 1350);

  /** Index of the provider that has trouble in each round. */
  private static final int TROUBLED = 2;

  private static final int ROUND_SECONDS = 240;

  private final NodeClient node;
  private final Random dice;
  private final String run;

  SimulatedServices(NodeClient node, Random dice, String run) {
    this.node = node;
    this.dice = dice;
    this.run = run;
  }

  /** Simulates one second. */
  void play(int second) {
    for (String space : List.of("council", "aethercast")) {
      for (int i = 0; i < PROVIDERS.size(); i++) {
        call(space, i, second);
      }
    }
    int reads = 4 + dice.nextInt(10);
    for (int i = 0; i < reads; i++) {
      read("aethercast/caches/topic/t" + skewed(TOPICS));
    }
    read("aethercast/caches/snippet-page/t" + skewed(12) + "/" + skewed(3));
    read("content/caches/keyword-posts/" + skewed(25));
    read("content/caches/content/" + skewed(60));
    if (second % 90 == 5) {
      configure(second / 90);
    }
    if (second % 7 == 3) {
      sendMessages(second);
    }
  }

  private int skewed(int most) {
    double share = dice.nextDouble();
    return 1 + (int) (share * share * most);
  }

  private void call(String space, int provider, int second) {
    int phase = second % ROUND_SECONDS;
    boolean troubled = provider == TROUBLED && phase > 70 && phase < 150;
    boolean fails = dice.nextInt(100) < (troubled ? 30 : 1);
    double spread = 0.7 + dice.nextDouble() * 0.7;
    long millis = (long) (LATENCIES.get(provider) * spread * (troubled ? 4 : 1));
    String error = fails ? ",\"error\":\"" + (troubled ? "timeout" : "overloaded") + "\"" : "";
    node.post(
            space + "/providers/" + PROVIDERS.get(provider) + "/outcomes",
            "{\"success\":%b,\"latencyMs\":%d%s}".formatted(!fails, millis, error))
        .exceptionally(thrown -> 0);
  }

  /** Reads an entry, and writes it if it is missing: this warms the cache. */
  private void read(String path) {
    node.get(path)
        .thenAccept(
            status -> {
              if (status == 404) {
                node.put(path, entry(path)).exceptionally(thrown -> 0);
              }
            })
        .exceptionally(thrown -> null);
  }

  private static String entry(String path) {
    String id = path.substring(path.lastIndexOf('/') + 1);
    return path.contains("/topic/")
        ? "{\"topic_id\":\"%s\",\"display_name\":\"Topic %s\",\"keywords\":[\"demo\"]}"
            .formatted(id, id)
        : "[{\"title\":\"An item of %s\",\"summary\":\"%s\"}]"
            .formatted(id, "and so on ".repeat(20));
  }

  private void configure(int turn) {
    String preset = turn % 2 == 0 ? "balanced" : "thorough";
    node.put(
            "council/configs/deliberation",
            "{\"rounds\":%d,\"preset\":\"%s\"}".formatted(2 + turn % 3, preset))
        .exceptionally(thrown -> 0);
  }

  /** Opens sessions of some minutes in the other spaces. */
  private void sendMessages(int second) {
    String id = "demo-" + run + "-" + second;
    String opening = "{\"id\":\"%s\",\"userId\":%s,\"ttlSeconds\":%d}";
    int ttl = 120 + dice.nextInt(240);
    node.post("content/sessions", opening.formatted(id, "" + (1 + dice.nextInt(40)), ttl))
        .exceptionally(thrown -> 0);
    node.post("council/sessions", opening.formatted(id, "\"member-" + second % 12 + "\"", ttl))
        .thenCompose(
            status ->
                node.post(
                    "council/sessions/" + id + "/history",
                    "{\"role\":\"user\",\"content\":\"What is a neutron star?\"}"))
        .exceptionally(thrown -> 0);
  }
}
