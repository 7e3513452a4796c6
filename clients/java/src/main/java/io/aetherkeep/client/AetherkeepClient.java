package io.aetherkeep.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;

/**
 * Client of one space, for services on the JVM. It is immutable, thread-safe and blocking: each
 * call returns or throws an {@link AetherkeepException} within its deadline.
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

  /** Creates a client with its own HTTP client. */
  public static AetherkeepClient of(ClientOptions options) {
    return of(
        options,
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build());
  }

  /** Creates a client over an existing HTTP client, for example one that trusts a private CA. */
  public static AetherkeepClient of(ClientOptions options, HttpClient http) {
    return new AetherkeepClient(http, options);
  }

  /** Creates a client of a space in open mode. */
  public static AetherkeepClient of(URI node, String space) {
    return of(new ClientOptions(node, space));
  }

  /** Returns a copy with another deadline for each call. */
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

  public PlaybackClient playback() {
    return new PlaybackClient(sender);
  }

  public StreamClient streams() {
    return new StreamClient(sender);
  }

  public WebhookClient webhooks() {
    return new WebhookClient(sender);
  }

  public ConfigClient configs() {
    return new ConfigClient(sender);
  }

  public ClientOptions options() {
    return options;
  }

  /** Returns its HTTP client. */
  public HttpClient http() {
    return http;
  }
}
