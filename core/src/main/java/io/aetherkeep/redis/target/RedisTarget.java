package io.aetherkeep.redis.target;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Address of a Redis, with timeouts and limits.
 *
 * @param url {@code redis://} or {@code rediss://}; it holds the password, and so is never printed;
 *     its host is unused with Sentinels
 * @param database the logical database
 * @param timeout timeout of a command
 * @param connectTimeout timeout of connecting, including the first commands
 * @param maxInFlight limit of commands in flight on one connection
 * @param retry delay between attempts to connect
 * @param authority trusted certificates for TLS, in PEM; null for those that Java trusts
 * @param sentinels Sentinels that know the master; null where the URL has the address
 * @param cluster seed nodes of a cluster; empty for a single server
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

  /** Database of a Sentinel, which has none. */
  static final int NO_DATABASE = -1;

  public RedisTarget {
    cluster = List.copyOf(cluster);
  }

  /** A target with the certificates that Java trusts. */
  public RedisTarget(
      String url,
      int database,
      Duration timeout,
      Duration connectTimeout,
      int maxInFlight,
      Backoff retry) {
    this(url, database, timeout, connectTimeout, maxInFlight, retry, null, null, List.of());
  }

  /** A target with default timeouts. */
  public static RedisTarget of(String url, int database) {
    return new RedisTarget(
        url,
        database,
        Duration.ofMillis(800),
        Duration.ofSeconds(1),
        8192,
        Backoff.between(Duration.ofMillis(50), Duration.ofSeconds(1)));
  }

  /** A copy whose address comes from Sentinels. */
  public RedisTarget by(RedisSentinels given) {
    return new RedisTarget(
        url, database, timeout, connectTimeout, maxInFlight, retry, authority, given, cluster);
  }

  /** A copy that is a cluster with some seed nodes. */
  public RedisTarget in(List<RedisAddress> given) {
    return new RedisTarget(
        url, database, timeout, connectTimeout, maxInFlight, retry, authority, sentinels, given);
  }

  public boolean isCluster() {
    return !cluster.isEmpty();
  }

  /** A copy without a logical database. */
  public RedisTarget withoutDatabase() {
    URI uri = URI.create(url);
    return withAuthority(uri.getRawAuthority(), NO_DATABASE);
  }

  /** A copy with the address that Sentinels or a cluster have reported. */
  public RedisTarget at(RedisAddress master) {
    String user = URI.create(url).getRawUserInfo();
    return withAuthority((user == null ? "" : user + "@") + master, database);
  }

  /** Another server with the same settings. */
  public RedisTarget withAuthority(String address, int itsDatabase) {
    return new RedisTarget(
        URI.create(url).getScheme() + "://" + address,
        itsDatabase,
        timeout,
        connectTimeout,
        maxInFlight,
        retry,
        authority,
        null,
        List.of());
  }

  /** The URL with the database in its path, as the client expects it. */
  public String connectionString() {
    URI uri = URI.create(url);
    if (uri.getHost() == null) {
      return url;
    }
    try {
      // The raw user info stays unchanged, including percent signs.
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

  /** The address without credentials, for logs and the banner. */
  public String address() {
    return database == NO_DATABASE || sentinels != null || isCluster()
        ? server()
        : server() + "/" + database;
  }

  /** The server without credentials and database; the Sentinels, or the seeds of a cluster. */
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
