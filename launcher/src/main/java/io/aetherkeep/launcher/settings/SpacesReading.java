package io.aetherkeep.launcher.settings;

import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.session.settings.SessionSettings.HistoryLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reader of the spaces and of what they share: no two may have the same keys. */
final class SpacesReading {

  private SpacesReading() {}

  static List<SpaceSettings> spaces(SettingsReader reader, SettingsSource source, RedisUrl common) {
    List<SpaceSettings> spaces = new ArrayList<>();
    Map<List<Object>, String> places = new HashMap<>();
    for (String name : source.spaces()) {
      SpaceSettings placed = SpaceSettings.read(name, reader, source);
      spaces.add(placed);
      String server = placed.server(common);
      String other =
          reader.isSound("redis.url") && reader.isSound("spaces." + name + ".")
              ? places.putIfAbsent(
                  List.of(server, placed.database(), placed.space().prefix()), name)
              : null;
      if (other != null) {
        reader.problem(
            ("spaces.%s: its keys would collide with those of spaces.%s; give it a database"
                    + " or a prefix")
                .formatted(name, other));
      }
    }
    if (spaces.isEmpty()) {
      reader.problem("spaces: at least one is required");
    }
    return spaces;
  }

  /**
   * Reads the seed nodes of the common cluster, or none. In a cluster, a history cannot be stored
   * both in the session's hash and in a list: they are in different slots, so no script can write
   * both. No prefix can have braces, which decide the slot.
   */
  static List<RedisAddress> cluster(SettingsReader reader, List<SpaceSettings> spaces) {
    List<RedisAddress> cluster = AddressReading.cluster(reader, "redis.cluster");
    if (!cluster.isEmpty() && !reader.words("redis.sentinels").isEmpty()) {
      reader.conflict("redis.cluster", "cannot be combined with redis.sentinels");
    }
    for (SpaceSettings placed : spaces) {
      HistoryLayout history = placed.sessions().history();
      boolean clustered = placed.isCommon() ? !cluster.isEmpty() : !placed.cluster().isEmpty();
      if (clustered && history == HistoryLayout.BOTH) {
        reader.wrong(
            "spaces." + placed.space().name() + ".history",
            "found, field or list, in a Redis Cluster");
      }
      // Keys of one session must share a slot: a tag in the prefix would replace theirs.
      if (clustered && placed.space().prefix().contains("{")) {
        reader.conflict(
            "spaces." + placed.space().name() + ".prefix",
            "has a brace, which decides the slot of a key in a Redis Cluster");
      }
    }
    return cluster;
  }
}
