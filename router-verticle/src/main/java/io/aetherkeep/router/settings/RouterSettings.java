package io.aetherkeep.router.settings;

import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.router.access.AccessSettings;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the router needs to know.
 *
 * @param port 0 for any free one, which all instances then share
 * @param deadline how long a request may take once its body is there
 * @param watchEvery how often what is followed is looked at for what nobody told
 * @param door how the doors stand to whoever comes to them
 * @param access who is let in, and how often
 * @param bodyLimits the largest value of each space, by its name
 * @param load how much is begun at once
 * @param streams how streams are served
 * @param ownKeyspaces cache keyspaces that are not in the catalogue, for the OpenAPI document
 */
public record RouterSettings(
    String host,
    int port,
    Duration deadline,
    Duration bodyTimeout,
    Duration idleTimeout,
    Duration shutdownTimeout,
    Duration watchEvery,
    int maxHeaderSize,
    int maxUriLength,
    boolean compression,
    int compressionThreshold,
    AccessLog accessLog,
    RealtimeSettings realtime,
    DoorSettings door,
    AccessSettings access,
    Map<String, Integer> bodyLimits,
    Load load,
    Streams streams,
    List<Keyspace<Document>> ownKeyspaces) {

  /**
   * How streams are served.
   *
   * @param rootSpace the space whose streams stock clients of the protocol get
   * @param longPoll how long a long poll waits
   * @param maxAppendBytes the largest append, by the space
   */
  public record Streams(String rootSpace, Duration longPoll, Map<String, Integer> maxAppendBytes) {

    public Streams {
      maxAppendBytes = Collections.unmodifiableMap(new TreeMap<>(maxAppendBytes));
    }

    private Streams of(Set<String> spaces) {
      return new Streams(
          rootSpace,
          longPoll,
          spaces.stream().collect(Collectors.toMap(name -> name, this::maxAppendBytes)));
    }

    /** The largest append to a space; an unknown one is refused later. */
    public int maxAppendBytes(String space) {
      return maxAppendBytes.getOrDefault(space, 1 << 20);
    }

    /** Waits shorter than clients and what is between take for a dead connection. */
    public static Streams usual(String rootSpace) {
      return new Streams(rootSpace, Duration.ofSeconds(4), Map.of());
    }
  }

  /**
   * How much an event loop begins at once.
   *
   * @param mostASpace how many requests of a space may be under way
   * @param longestQueue how long requests may wait to be begun before some are refused
   */
  public record Load(int mostASpace, Duration longestQueue) {

    /** As much as a Redis nearby can bear. */
    public static final Load USUAL = new Load(2000, Duration.ofMillis(20));
  }

  /** Often enough that no proxy takes a silent stream for a dead one. */
  private static final Duration BEAT = Duration.ofSeconds(20);

  /** Which requests are logged. */
  public enum AccessLog {
    ALL,
    /** Those that failed on our side, and those that took longer than half the deadline. */
    PROBLEMS,
    OFF
  }

  public RouterSettings {
    bodyLimits = Map.copyOf(bodyLimits);
    ownKeyspaces = List.copyOf(ownKeyspaces);
  }

  /** The same with other doors, for other callers. */
  public RouterSettings with(DoorSettings otherDoor, AccessSettings otherAccess) {
    return new RouterSettings(
        host,
        port,
        deadline,
        bodyTimeout,
        idleTimeout,
        shutdownTimeout,
        watchEvery,
        maxHeaderSize,
        maxUriLength,
        compression,
        compressionThreshold,
        accessLog,
        realtime,
        otherDoor,
        otherAccess,
        bodyLimits,
        load,
        streams,
        ownKeyspaces);
  }

  /** The usual settings on a free loopback port. */
  public static RouterSettings of(Map<String, Integer> bodyLimits) {
    return new RouterSettings(
        "127.0.0.1",
        0,
        Duration.ofSeconds(1),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        Duration.ofSeconds(1),
        8192,
        4096,
        true,
        1024,
        AccessLog.PROBLEMS,
        RealtimeSettings.usual(),
        DoorSettings.USUAL,
        AccessSettings.OPEN,
        bodyLimits,
        Load.USUAL,
        Streams.usual(bodyLimits.keySet().stream().sorted().findFirst().orElse(""))
            .of(bodyLimits.keySet()),
        List.of());
  }

  /** The same with other sockets, and looked at as often. */
  public RouterSettings with(RealtimeSettings sockets, Duration looked) {
    return new RouterSettings(
        host,
        port,
        deadline,
        bodyTimeout,
        idleTimeout,
        shutdownTimeout,
        looked,
        maxHeaderSize,
        maxUriLength,
        compression,
        compressionThreshold,
        accessLog,
        sockets,
        door,
        access,
        bodyLimits,
        load,
        streams,
        ownKeyspaces);
  }

  /** How often a sign of life is written to streams. */
  public long beatMillis() {
    return Math.min(BEAT.toMillis(), idleTimeout.toMillis() / 3);
  }
}
