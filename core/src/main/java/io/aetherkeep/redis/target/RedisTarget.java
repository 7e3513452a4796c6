package io.aetherkeep.redis.target;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a Redis is and how patient one is with it.
 *
 * @param url {@code redis://}, {@code rediss://}; holds the password, and so is never printed; its
 *     host is nobody's where there are Sentinels
 * @param database the logical database
 * @param timeout how long a command may take
 * @param connectTimeout how long dialling and greeting may take
 * @param maxInFlight how many commands may wait for their answers on one connection
 * @param retry how long to wait between two attempts to reach it
 * @param authority whose certificates are trusted over TLS, in PEM; none for those Java trusts
 * @param sentinels who knows where it is; none where the URL says it
 * @param cluster nodes of a cluster that know the others; none where it is one server
 */
public record RedisTarget(
    String url,
    int database,
    Duration timeout,
    Duration connectTimeout,
    int maxInFlight,
    Backoff retry,
    @Nullable Path authority,
    @Nullable RedisSentinels sentinels,
    List<RedisAddress> cluster) {

  /** What a Sentinel has. */
  static final int NO_DATABASE = -1;

  public RedisTarget {
    cluster = List.copyOf(cluster);
  }

  /** A target that is trusted over TLS as Java trusts. */
  public RedisTarget(
      String url,
      int database,
      Duration timeout,
      Duration connectTimeout,
      int maxInFlight,
      Backoff retry) {
    this(url, database, timeout, connectTimeout, maxInFlight, retry, null, null, List.of());
  }

  /** A target with the usual patience. */
  public static RedisTarget of(String url, int database) {
    return new RedisTarget(
        url,
        database,
        Duration.ofMillis(800),
        Duration.ofSeconds(1),
        8192,
        Backoff.between(Duration.ofMillis(50), Duration.ofSeconds(1)));
  }

  /** The same, only that Sentinels say where it is. */
  public RedisTarget by(RedisSentinels those) {
    return new RedisTarget(
        url, database, timeout, connectTimeout, maxInFlight, retry, authority, those, cluster);
  }

  /** The same, only that it is a cluster, some of whose nodes are there. */
  public RedisTarget in(List<RedisAddress> those) {
    return new RedisTarget(
        url, database, timeout, connectTimeout, maxInFlight, retry, authority, sentinels, those);
  }

  public boolean isCluster() {
    return !cluster.isEmpty();
  }

  /** The same server, of which no logical database is chosen. */
  public RedisTarget withoutDatabase() {
    URI uri = URI.create(url);
    return elsewhere(uri.getRawAuthority(), NO_DATABASE);
  }

  /** The server that Sentinels or a cluster have named. */
  public RedisTarget at(RedisAddress master) {
    String user = URI.create(url).getRawUserInfo();
    return elsewhere((user == null ? "" : user + "@") + master, database);
  }

  /** Another server, spoken to in the same way. */
  public RedisTarget elsewhere(String place, int itsDatabase) {
    return new RedisTarget(
        URI.create(url).getScheme() + "://" + place,
        itsDatabase,
        timeout,
        connectTimeout,
        maxInFlight,
        retry,
        authority,
        null,
        List.of());
  }

  /** The URL with the database in its path, as the client wants it. */
  public String connectionString() {
    URI uri = URI.create(url);
    if (uri.getHost() == null) {
      return url;
    }
    try {
      // The raw user info goes back as it came: its percent signs are part of it.
      String path = database == NO_DATABASE ? null : "/" + database;
      URI plain = new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), path, null, null);
      String user = uri.getRawUserInfo();
      return user == null
          ? plain.toString()
          : plain.toString().replaceFirst("://", "://" + user.replace("$", "\\$") + "@");
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("Not the URL of a Redis", e);
    }
  }

  /** The address without credentials: for logs and banners. */
  public String address() {
    return database == NO_DATABASE || sentinels != null || isCluster()
        ? server()
        : server() + "/" + database;
  }

  /**
   * The server without credentials and database; with Sentinels, who knows it; the seeds of a
   * cluster.
   */
  public String server() {
    if (sentinels != null) {
      return sentinels.toString();
    }
    if (isCluster()) {
      return cluster.stream().map(RedisAddress::toString).collect(Collectors.joining(", "));
    }
    URI uri = URI.create(url);
    int port = uri.getPort() < 0 ? 6379 : uri.getPort();
    return uri.getScheme() + "://" + uri.getHost() + ":" + port;
  }

  @Override
  public String toString() {
    return address();
  }
}
