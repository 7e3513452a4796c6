package io.aetherkeep.lab.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Migration of slots from one master of a cluster to another, key by key. */
final class SlotMigration {

  private final RedisProbe source;
  private final RedisProbe target;
  private final int targetPort;

  SlotMigration(RedisProbe source, RedisProbe target, int targetPort) {
    this.source = source;
    this.target = target;
    this.targetPort = targetPort;
  }

  void move(int first, int count) {
    String sourceId = String.valueOf(source.tell("CLUSTER", "MYID"));
    String targetId = String.valueOf(target.tell("CLUSTER", "MYID"));
    for (int slot = first; slot < first + count; slot++) {
      String number = Integer.toString(slot);
      ok(target.tell("CLUSTER", "SETSLOT", number, "IMPORTING", sourceId));
      ok(source.tell("CLUSTER", "SETSLOT", number, "MIGRATING", targetId));
      moveKeys(number);
      ok(target.tell("CLUSTER", "SETSLOT", number, "NODE", targetId));
      ok(source.tell("CLUSTER", "SETSLOT", number, "NODE", targetId));
    }
  }

  /** Moves keys one by one, with pauses in which commands are answered by ASK and TRYAGAIN. */
  private void moveKeys(String slot) {
    String port = Integer.toString(targetPort);
    for (List<String> keys = keys(slot); !keys.isEmpty(); keys = keys(slot)) {
      for (String key : keys) {
        String moved =
            String.valueOf(source.tell("MIGRATE", "127.0.0.1", port, key, "0", "5000", "REPLACE"));
        if (!moved.equals("OK") && !moved.equals("NOKEY")) {
          throw new IllegalStateException(key + " was not moved: " + moved);
        }
        Waiting.pass(Duration.ofMillis(2));
      }
    }
  }

  private List<String> keys(String slot) {
    List<String> keys = new ArrayList<>();
    if (source.tell("CLUSTER", "GETKEYSINSLOT", slot, "10") instanceof List<?> found) {
      found.forEach(key -> keys.add(String.valueOf(key)));
    }
    return keys;
  }

  private static void ok(@Nullable Object answer) {
    if (!"OK".equals(answer)) {
      throw new IllegalStateException("the slot was not moved: " + answer);
    }
  }
}
