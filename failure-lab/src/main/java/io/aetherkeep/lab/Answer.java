package io.aetherkeep.lab;

import java.net.http.HttpHeaders;

/**
 * What a request came to.
 *
 * @param status 0 where the connection broke, or nothing came within the client's patience
 */
record Answer(int status, HttpHeaders headers, String body, long millis) {

  boolean isGood() {
    return status / 100 == 2;
  }

  /** Whether a node answered it out of its memory, because Redis could not be asked. */
  boolean isFromMemory() {
    return headers.firstValue("Aetherkeep-Stale").isPresent()
        || header("Cache-Status").contains("redis-unavailable");
  }

  String header(String name) {
    return headers.firstValue(name).orElse("");
  }
}
