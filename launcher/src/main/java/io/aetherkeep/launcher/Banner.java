package io.aetherkeep.launcher;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.launcher.settings.Settings;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.router.access.identity.AccessSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Start banner of a node: listeners, Redis, spaces and access. */
final class Banner {

  private Banner() {}

  /**
   * Returns the banner's lines.
   *
   * @param targets the Redis of each space
   * @param embedded the embedded Redis, null where the node uses others only
   */
  static List<String> lines(
      Settings settings,
      NodeListeners listeners,
      Map<Space, RedisTarget> targets,
      @Nullable EmbeddedRedis embedded) {
    List<String> lines = new ArrayList<>();
    lines.add("Aetherkeep " + Version.OURS + " on Java " + Runtime.version().feature());
    lines.add("  http    " + listeners.url() + "  (console at /console, documents at /docs)");
    lines.add("  redis   " + (embedded == null ? servers(targets) : describe(embedded)));
    lines.add("  spaces  " + spaces(targets) + "  (each with its logical database)");
    lines.add("  access  " + access(settings.http().access()));
    if (listeners.hasManagement()) {
      lines.add(
          "  manage  "
              + listeners.managementUrl()
              + "  (metrics, health; asks for no credentials)");
    }
    return lines;
  }

  private static String servers(Map<Space, RedisTarget> targets) {
    return targets.values().stream()
        .map(RedisTarget::server)
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static String describe(EmbeddedRedis redis) {
    return "embedded %s at %s, data and password in %s"
        .formatted(
            redis.version(),
            redis.address(),
            redis.dataDirectory().map(String::valueOf).orElse("memory"));
  }

  private static String spaces(Map<Space, RedisTarget> targets) {
    return targets.entrySet().stream()
        .map(space -> space.getKey().name() + " (" + space.getValue().database() + ")")
        .collect(Collectors.joining(", "));
  }

  private static String access(AccessSettings access) {
    return access.isOpen()
        ? "open: no credentials are set, so it listens on this machine only"
        : Stream.of(
                access.keysFile() == null ? "" : "API keys of " + access.keysFile(),
                access.jwksFile() == null ? "" : "tokens by " + access.jwksFile())
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(", "));
  }
}
