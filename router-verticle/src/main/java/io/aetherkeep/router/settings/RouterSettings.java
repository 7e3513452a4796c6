package io.aetherkeep.router.settings;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Layout;
import io.aetherkeep.router.access.identity.AccessSettings;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Settings of the router.
 *
 * @param port 0 for any free one, which all instances then share
 * @param connections timeouts and limits of connections
 * @param watchEvery how often watched topics are polled for changes without an event
 * @param edgeKeys header that names the keys of cache entries to an edge cache
 * @param listener the HTTP listeners
 * @param access credentials and rate limits
 * @param bodyLimits the largest value of each space in bytes, by its name
 * @param load the limits of requests in progress
 * @param streams how streams are served
 * @param ownKeyspaces cache keyspaces that are not in the catalogue, by the name of their space
 */
public record RouterSettings(
    String host,
    int port,
    ConnectionSettings connections,
    Duration watchEvery,
    EdgeKeyHeader edgeKeys,
    AccessLog accessLog,
    RealtimeSettings realtime,
    ListenerSettings listener,
    AccessSettings access,
    Map<String, Integer> bodyLimits,
    Load load,
    Streams streams,
    Map<String, List<Keyspace<Document>>> ownKeyspaces) {

  /**
   * Settings of streams.
   *
   * @param rootSpace the space whose streams are at the protocol's own paths, for stock clients
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

    /**
     * Returns the largest append to a space, or a default for an unknown space, which is refused
     * later.
     */
    public int maxAppendBytes(String space) {
      return maxAppendBytes.getOrDefault(space, 1 << 20);
    }

    /** Returns the defaults. A long poll ends before clients and proxies would time out. */
    public static Streams usual(String rootSpace) {
      return new Streams(rootSpace, Duration.ofSeconds(4), Map.of());
    }
  }

  /**
   * Limits of the requests in progress on an event loop.
   *
   * @param mostASpace how many requests of a space may be in progress
   * @param longestQueue how long requests may wait to begin before some are refused
   */
  public record Load(int mostASpace, Duration longestQueue) {

    /** The defaults, which suit a Redis nearby. */
    public static final Load USUAL = new Load(2000, Duration.ofMillis(20));
  }

  /** Which requests are logged. */
  public enum AccessLog {
    ALL,
    /** Requests that failed with 5xx, or took longer than half the deadline. */
    PROBLEMS,
    OFF
  }

  public RouterSettings {
    bodyLimits = Map.copyOf(bodyLimits);
    ownKeyspaces = Collections.unmodifiableMap(new TreeMap<>(ownKeyspaces));
  }

  /** Whether a keyspace stores plain texts, which are answered as they are and not as JSON. */
  public boolean storesTexts(String space, String keyspace) {
    return ownKeyspaces.getOrDefault(space, List.of()).stream()
        .anyMatch(own -> own.name().equals(keyspace) && own.layout() == Layout.TEXT);
  }

  /** Returns the number of ids of an entry in a keyspace; 1 if the keyspace is unknown. */
  public int entryIds(String space, String keyspace) {
    return ownKeyspaces.getOrDefault(space, List.of()).stream()
        .filter(own -> own.name().equals(keyspace))
        .findFirst()
        .or(() -> Keyspaces.cache(keyspace))
        .map(found -> found.pattern().variables().size())
        .orElse(1);
  }

  /** Returns the defaults on a free loopback port. */
  public static RouterSettings of(Map<String, Integer> bodyLimits) {
    return new RouterSettings(
        "127.0.0.1",
        0,
        ConnectionSettings.USUAL,
        Duration.ofSeconds(1),
        EdgeKeyHeader.OFF,
        AccessLog.PROBLEMS,
        RealtimeSettings.usual(),
        ListenerSettings.USUAL,
        AccessSettings.OPEN,
        bodyLimits,
        Load.USUAL,
        Streams.usual(bodyLimits.keySet().stream().sorted().findFirst().orElse(""))
            .of(bodyLimits.keySet()),
        Map.of());
  }

  /** Returns a copy with other listeners and access. */
  public RouterSettings with(ListenerSettings others, AccessSettings other) {
    return copy(connections, watchEvery, edgeKeys, accessLog, realtime, others, other, load);
  }

  /** Returns a copy with other sockets and another polling interval. */
  public RouterSettings with(RealtimeSettings sockets, Duration every) {
    return copy(connections, every, edgeKeys, accessLog, sockets, listener, access, load);
  }

  /** Returns a copy with another header for the keys of cache entries. */
  public RouterSettings with(EdgeKeyHeader other) {
    return copy(connections, watchEvery, other, accessLog, realtime, listener, access, load);
  }

  /** Returns a copy that logs other requests. */
  public RouterSettings with(AccessLog other) {
    return copy(connections, watchEvery, edgeKeys, other, realtime, listener, access, load);
  }

  /** Returns a copy with other limits of connections. */
  public RouterSettings with(ConnectionSettings others) {
    return copy(others, watchEvery, edgeKeys, accessLog, realtime, listener, access, load);
  }

  /** Returns a copy with other limits of requests in progress. */
  public RouterSettings with(Load other) {
    return copy(connections, watchEvery, edgeKeys, accessLog, realtime, listener, access, other);
  }

  private RouterSettings copy(
      ConnectionSettings otherConnections,
      Duration otherWatchEvery,
      EdgeKeyHeader otherEdgeKeys,
      AccessLog otherLog,
      RealtimeSettings sockets,
      ListenerSettings otherListener,
      AccessSettings otherAccess,
      Load otherLoad) {
    return new RouterSettings(
        host,
        port,
        otherConnections,
        otherWatchEvery,
        otherEdgeKeys,
        otherLog,
        sockets,
        otherListener,
        otherAccess,
        bodyLimits,
        otherLoad,
        streams,
        ownKeyspaces);
  }
}
