package io.aetherkeep.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;

/**
 * Client of one space, for services on the JVM. It is immutable, may be used by all threads, and
 * blocks: each call answers or throws an {@link AetherkeepException} within its deadline.
 */
public final class AetherkeepClient {

  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final HttpClient http;
  private final ClientOptions options;
  private final HttpSender sender;

  private AetherkeepClient(HttpClient http, ClientOptions options) {
    this.http = http;
    this.options = options;
    this.sender = new HttpSender(http, options);
  }

  /** A client with an HTTP client of its own. */
  public static AetherkeepClient of(ClientOptions options) {
    return of(
        options,
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build());
  }

  /** A client over an HTTP client of yours, such as one that trusts a certificate of yours. */
  public static AetherkeepClient of(ClientOptions options, HttpClient http) {
    return new AetherkeepClient(http, options);
  }

  /** A client of a space in open mode. */
  public static AetherkeepClient of(URI node, String space) {
    return of(new ClientOptions(node, space));
  }

  /** The same client with another deadline for each call. */
  public AetherkeepClient within(Duration deadline) {
    return new AetherkeepClient(http, options.withDeadline(deadline));
  }

  public SessionClient sessions() {
    return new SessionClient(sender);
  }

  public CacheClient caches() {
    return new CacheClient(sender);
  }

  public StatusClient statuses() {
    return new StatusClient(sender);
  }

  public ProviderClient providers() {
    return new ProviderClient(sender);
  }

  public ConfigClient configs() {
    return new ConfigClient(sender);
  }

  public ClientOptions options() {
    return options;
  }

  /** The HTTP client that it uses. */
  public HttpClient http() {
    return http;
  }
}
