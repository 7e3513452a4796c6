package io.aetherkeep.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Client of configurations. */
public final class ConfigClient {

  private static final String CONFIGS = "configs";

  private final HttpSender sender;

  ConfigClient(HttpSender sender) {
    this.sender = sender;
  }

  /** Configuration with its version. */
  public record Config(String name, JsonNode value, String version) {}

  /** Reads a configuration; empty if there is none. */
  public Optional<Config> find(String name) {
    try {
      HttpResponse<byte[]> answer = sender.send(HttpCall.of("GET", CONFIGS, name));
      return Optional.of(
          new Config(name, WireJson.read(answer), WireJson.version(answer.headers())));
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.CONFIG_UNKNOWN) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Writes a configuration without a condition. */
  public void put(String name, Object value) {
    sender.send(HttpCall.of("PUT", CONFIGS, name).json(value));
  }

  /** Writes several configurations atomically and without a condition, under one version number. */
  public void putAll(Map<String, ?> values) {
    List<ConfigWrite> configs =
        values.entrySet().stream()
            .map(one -> new ConfigWrite(one.getKey(), one.getValue()))
            .toList();
    sender.send(HttpCall.of("POST", CONFIGS).json(Map.of("configs", configs)));
  }

  private record ConfigWrite(String name, Object value) {}

  /** Writes a configuration unless it has changed since it was read: {@code version-conflict}. */
  public void putUnchanged(Config read, Object value) {
    sender.send(HttpCall.of("PUT", CONFIGS, read.name()).json(value).onlyAt(read.version()));
  }
}
