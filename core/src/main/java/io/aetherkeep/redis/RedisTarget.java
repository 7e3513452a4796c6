package io.aetherkeep.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a Redis is and how patient one is with it.
 *
 * @param url {@code redis://}, {@code rediss://}; holds the password, and so is never printed
 * @param database the logical database
 * @param timeout how long a command may take
 * @param connectTimeout how long dialling and greeting may take
 * @param maxInFlight how many commands may wait for their answers on one connection
 * @param retry how long to wait between two attempts to reach it
 * @param authority whose certificates are trusted over TLS, in PEM; none for those Java trusts
 */
public record RedisTarget(
    String url,
    int database,
    Duration timeout,
    Duration connectTimeout,
    int maxInFlight,
    Backoff retry,
    @Nullable Path authority) {

  /** A target that is trusted over TLS as Java trusts. */
  public RedisTarget(
      String url,
      int database,
      Duration timeout,
      Duration connectTimeout,
      int maxInFlight,
      Backoff retry) {
    this(url, database, timeout, connectTimeout, maxInFlight, retry, null);
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

  /** The URL with the database in its path, as the client wants it. */
  String connectionString() {
    URI uri = URI.create(url);
    if (uri.getHost() == null) {
      return url;
    }
    try {
      // The raw user info goes back as it came: its percent signs are part of it.
      URI plain =
          new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), "/" + database, null, null);
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
    return server() + "/" + database;
  }

  /** The server without credentials and database. */
  public String server() {
    URI uri = URI.create(url);
    int port = uri.getPort() < 0 ? 6379 : uri.getPort();
    return uri.getScheme() + "://" + uri.getHost() + ":" + port;
  }

  @Override
  public String toString() {
    return address();
  }
}
