package io.aetherkeep.health.redis;

import io.aetherkeep.catalogue.HealthAsks.RedisServerState;
import io.aetherkeep.keyspace.Digits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parsed reply of INFO, by field. */
public record RedisInfo(Map<String, String> fields) {

  /** Share of the memory limit from which there is a warning. */
  private static final double MUCH_MEMORY = 0.9;

  public static RedisInfo parse(String text) {
    Map<String, String> fields = new HashMap<>();
    for (String row : text.split("\r?\n", -1)) {
      int colon = row.indexOf(':');
      if (colon > 0 && !row.startsWith("#")) {
        fields.put(row.substring(0, colon), row.substring(colon + 1));
      }
    }
    return new RedisInfo(fields);
  }

  private String text(String name) {
    return fields.getOrDefault(name, "");
  }

  private long number(String name) {
    String text = text(name);
    return text.matches("-?[0-9]{1,18}") ? Long.parseLong(text) : 0;
  }

  RedisServerState state(
      @Nullable String notifications, long slowCommands, @Nullable Double slowestMillis) {
    return new RedisServerState(
        // Valkey's redis_version is the version of Redis that it is compatible with.
        fields.getOrDefault("valkey_version", text("redis_version")),
        text("role"),
        number("uptime_in_seconds"),
        number("used_memory"),
        number("maxmemory"),
        text("maxmemory_policy"),
        number("evicted_keys"),
        number("connected_clients"),
        number("blocked_clients"),
        number("instantaneous_ops_per_sec"),
        hitRatio(),
        number("connected_slaves"),
        replicationLag(),
        notifications,
        slowCommands,
        slowestMillis);
  }

  private @Nullable Double hitRatio() {
    long hits = number("keyspace_hits");
    long all = hits + number("keyspace_misses");
    return all == 0 ? null : Math.round(10_000.0 * hits / all) / 10_000.0;
  }

  private @Nullable Long replicationLag() {
    long offset = number("master_repl_offset");
    if (text("role").equals("slave")) {
      return Math.max(0, offset - number("slave_repl_offset"));
    }
    Long slowest = null;
    for (int i = 0; i < number("connected_slaves"); i++) {
      String offsetText = text("slave" + i).replaceAll(".*offset=([0-9]+).*", "$1");
      if (Digits.isNumber(offsetText, 18)) {
        long lag = offset - Long.parseLong(offsetText);
        slowest = slowest == null ? lag : Math.max(slowest, lag);
      }
    }
    return slowest;
  }

  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    long limit = number("maxmemory");
    String policy = text("maxmemory_policy");
    if (limit > 0 && number("used_memory") > MUCH_MEMORY * limit) {
      warnings.add("memory is over 90 % of its limit");
    }
    if (policy.startsWith("allkeys")) {
      warnings.add(policy + " evicts sessions and configurations too: volatile-ttl does not");
    }
    if (limit > 0 && policy.equals("noeviction")) {
      warnings.add("noeviction with a memory limit: writes fail once it is reached");
    }
    if (text("role").equals("slave")) {
      warnings.add("it is a replica: writes are refused");
    }
    if (text("rdb_last_bgsave_status").equals("err")
        || text("aof_last_write_status").equals("err")) {
      warnings.add("its last attempt to save its data failed");
    }
    if (text("loading").equals("1")) {
      warnings.add("it is loading its data");
    }
    return warnings;
  }
}
