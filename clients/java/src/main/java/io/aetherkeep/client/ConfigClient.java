package io.aetherkeep.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Client of configurations. */
public final class ConfigClient {

  private static final long LONGEST_WAIT = 60;
  private static final int NOT_MODIFIED = 304;
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final HttpSender sender;

  ConfigClient(HttpSender sender) {
    this.sender = sender;
  }

  /**
   * Configuration with its version.
   *
   * @param staleSeconds the age of a value that the node serves from memory, because Redis or the
   *     system of record does not answer; null otherwise
   */
  public record Config(String name, JsonNode value, String version, @Nullable Long staleSeconds) {

    public Config(String name, JsonNode value, String version) {
      this(name, value, version, null);
    }

    private static Config of(String name, HttpResponse<byte[]> answer) {
      Long stale = answer.headers().firstValue("Aetherkeep-Stale").map(Long::valueOf).orElse(null);
      return new Config(name, WireJson.read(answer), WireJson.version(answer.headers()), stale);
    }
  }

  /** Reads a configuration; empty if there is none. */
  public Optional<Config> find(String name) {
    try {
      return Optional.of(Config.of(name, sender.send(HttpCall.of("GET", "configs/{name}", name))));
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.CONFIG_UNKNOWN) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Waits for the next version after one that was read, by long poll; empty if none came in time.
   */
  public Optional<Config> next(Config read, Duration wait) {
    long seconds = Math.max(1, Math.min(wait.toSeconds(), LONGEST_WAIT));
    HttpCall call =
        HttpCall.of("GET", "configs/{name}", read.name())
            .query("wait", seconds)
            .header("If-None-Match", '"' + read.version() + '"');
    try {
      HttpResponse<byte[]> answer = sender.send(call, ANSWER.plusSeconds(seconds));
      return answer.statusCode() == NOT_MODIFIED
          ? Optional.empty()
          : Optional.of(Config.of(read.name(), answer));
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.CONFIG_UNKNOWN) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The configurations, without their values. */
  public List<JsonNode> list() {
    return pages(HttpCall.of("GET", "configs"));
  }

  /** The versions of a configuration, the newest first. */
  public List<JsonNode> versions(String name) {
    return pages(HttpCall.of("GET", "configs/{name}/versions", name));
  }

  private List<JsonNode> pages(HttpCall first) {
    return CursorPages.all(
        first,
        call -> {
          Page page = WireJson.read(sender.send(call), Page.class);
          return new CursorPages.Page<>(page.items(), page.next());
        });
  }

  private record Page(List<JsonNode> items, @Nullable String next) {}

  /** Makes an earlier version the newest. */
  public void rollback(String name, long version) {
    sender.send(
        HttpCall.of("POST", "configs/{name}/rollback", name).json(Map.of("version", version)));
  }

  /**
   * Removes a configuration. The call is not repeated after a lost response: a repetition would
   * fail, or remove a configuration that was written meanwhile.
   */
  public void remove(String name) {
    sender.send(HttpCall.of("DELETE", "configs/{name}", name).once());
  }

  /** Writes a configuration without a condition. */
  public void put(String name, Object value) {
    sender.send(HttpCall.of("PUT", "configs/{name}", name).json(value));
  }

  /** Writes several configurations atomically and without a condition, under one version number. */
  public void putAll(Map<String, ?> values) {
    List<ConfigWrite> configs =
        values.entrySet().stream()
            .map(one -> new ConfigWrite(one.getKey(), one.getValue()))
            .toList();
    sender.send(HttpCall.of("POST", "configs").json(Map.of("configs", configs)));
  }

  private record ConfigWrite(String name, Object value) {}

  /**
   * Writes a configuration; fails with {@code version-conflict} if it has changed since it was
   * read.
   */
  public void putUnchanged(Config read, Object value) {
    sender.send(
        HttpCall.of("PUT", "configs/{name}", read.name()).json(value).onlyAt(read.version()));
  }
}
