package io.aetherkeep.launcher.ctl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.aetherkeep.launcher.command.TrustedCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Client of a running node's public HTTP API, for one space and with one credential. */
final class NodeApi {

  /** Keeps every digit of a number, because an edited document is written back. */
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final String USUAL_URL = "http://127.0.0.1:8080";
  private static final Duration PATIENCE = Duration.ofSeconds(35);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int FIRST_FAILURE = 400;
  private static final int UNAVAILABLE = 503;

  private final String url;
  private final @Nullable String key;
  private final @Nullable String wanted;
  private final HttpClient client;

  private NodeApi(String url, @Nullable String key, @Nullable String space, HttpClient client) {
    this.url = url;
    this.key = key;
    this.wanted = space;
    this.client = client;
  }

  /** Reads address, space and credential from the options and the environment. */
  static NodeApi of(CtlArguments arguments) {
    String url = arguments.setting("--url", "AETHERKEEP_URL");
    String base = url == null ? USUAL_URL : url.replaceFirst("/+$", "");
    if (!base.matches("https?://[^/?#\\s]+")) {
      throw CtlException.misused("--url is like http://127.0.0.1:8080, without a path");
    }
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5));
    String authorities = arguments.setting("--ca-file", "AETHERKEEP_CA_FILE");
    try {
      if (authorities != null) {
        client.sslContext(TrustedCertificates.context(Path.of(authorities)));
      }
    } catch (IOException | GeneralSecurityException e) {
      throw CtlException.misused("--ca-file cannot be used: " + e.getMessage());
    }
    return new NodeApi(
        base, key(arguments), arguments.setting("--space", "AETHERKEEP_SPACE"), client.build());
  }

  /**
   * Reads the credential from a file or the environment: other users of the machine can read
   * arguments.
   */
  private static @Nullable String key(CtlArguments arguments) {
    String file = arguments.setting("--key-file", "AETHERKEEP_KEY_FILE");
    try {
      return file == null
          ? arguments.setting("--key", "AETHERKEEP_KEY")
          : Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw CtlException.misused("--key-file cannot be read: " + e.getMessage());
    }
  }

  String url() {
    return url;
  }

  /** Returns the underlying client, for WebSockets. */
  HttpClient client() {
    return client;
  }

  /** Returns the space of the options or, without one, the node's only space. */
  String space() {
    if (wanted != null) {
      return wanted;
    }
    List<String> spaces = spaces();
    if (spaces.size() == 1) {
      return spaces.get(0);
    }
    throw CtlException.misused("--space names one of " + String.join(", ", spaces));
  }

  /** The names of the node's spaces. */
  List<String> spaces() {
    return get("/health/redis").path("spaces").findValuesAsText("space");
  }

  /** A path within the space, with its segments percent-encoded. */
  String path(String... segments) {
    return "/api/v1/"
        + encode(space())
        + Stream.of(segments).map(each -> "/" + encode(each)).collect(Collectors.joining());
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  JsonNode get(String path) {
    return parse(send("GET", path, null, Map.of()).body());
  }

  /** Sends a request with a JSON body, and returns the JSON of its answer. */
  JsonNode send(String method, String path, @Nullable JsonNode body) {
    return parse(send(method, path, body, Map.of()).body());
  }

  HttpResponse<byte[]> send(
      String method, String path, @Nullable JsonNode body, Map<String, String> headers) {
    HttpRequest.Builder request = request(path).timeout(PATIENCE);
    headers.forEach(request::header);
    if (body == null) {
      request.method(method, BodyPublishers.noBody());
    } else {
      request
          .header("Content-Type", "application/json")
          .method(method, BodyPublishers.ofString(body.toString()));
    }
    HttpResponse<byte[]> answer = exchange(request.build(), BodyHandlers.ofByteArray());
    if (answer.statusCode() >= FIRST_FAILURE) {
      throw refused(answer.statusCode(), answer.body());
    }
    return answer;
  }

  /** Opens a long-lived response, such as server-sent events. */
  HttpResponse<InputStream> open(String path, Map<String, String> headers) {
    HttpRequest.Builder request = request(path);
    headers.forEach(request::header);
    HttpResponse<InputStream> answer = exchange(request.build(), BodyHandlers.ofInputStream());
    if (answer.statusCode() < FIRST_FAILURE) {
      return answer;
    }
    try (InputStream body = answer.body()) {
      throw refused(answer.statusCode(), body.readAllBytes());
    } catch (IOException e) {
      throw CtlException.failed(url + " answered " + answer.statusCode());
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).header("User-Agent", "aetherkeep-ctl");
    return key == null ? request : request.header("Authorization", "Bearer " + key);
  }

  private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return client.send(request, handler);
    } catch (IOException e) {
      throw CtlException.unavailable(
          "%s does not answer (%s): is the node running, and --url right?"
              .formatted(
                  url, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CtlException.failed("interrupted");
    }
  }

  /** Converts a problem document to an exception, with a hint what to do. */
  private CtlException refused(int status, byte[] body) {
    JsonNode problem = parse(body);
    String detail = problem.path("detail").asText(new String(body, StandardCharsets.UTF_8).strip());
    String hint =
        status == 401
            ? "; give a key by --key-file or AETHERKEEP_KEY"
            : problem.path("code").asText().equals("space-unknown")
                ? "; the spaces are " + String.join(", ", spaces())
                : "";
    String message =
        "%d %s: %s%s (request %s)"
            .formatted(
                status,
                problem.path("code").asText("error"),
                detail,
                hint,
                problem.path("requestId").asText("unknown"));
    return status == UNAVAILABLE ? CtlException.unavailable(message) : CtlException.failed(message);
  }

  /**
   * Sends a request, and repeats it until the node can serve it. A command's first request is not
   * repeated, because its URL may be wrong.
   */
  static <T> T follow(boolean first, Supplier<T> request) {
    while (true) {
      try {
        return request.get();
      } catch (CtlException e) {
        if (first || !e.isUnavailable() || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  static JsonNode parse(byte[] body) {
    try {
      return body.length == 0 ? JSON.missingNode() : JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    } catch (IOException e) {
      throw CtlException.failed("The answer cannot be read: " + e.getMessage());
    }
  }
}
