package io.aetherkeep.client;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Options of a client.
 *
 * @param node the URL of a node or of the load balancer, such as {@code https://keep.example}
 * @param space the space, such as {@code aethercast}
 * @param credential an API key or a token; empty in open mode
 * @param deadline deadline of a call, including its retries
 * @param retries the retry policy
 */
public record ClientOptions(
    URI node, String space, Optional<String> credential, Duration deadline, ClientRetries retries) {

  /**
   * Creates options without a credential, with a deadline of ten seconds and up to four attempts.
   */
  public ClientOptions(URI node, String space) {
    this(node, space, Optional.empty(), Duration.ofSeconds(10), ClientRetries.DEFAULT);
  }

  public ClientOptions withCredential(String keyOrToken) {
    return new ClientOptions(node, space, Optional.of(keyOrToken), deadline, retries);
  }

  public ClientOptions withDeadline(Duration longest) {
    return new ClientOptions(node, space, credential, longest, retries);
  }

  public ClientOptions withRetries(ClientRetries policy) {
    return new ClientOptions(node, space, credential, deadline, policy);
  }
}
