package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.launcher.RandomRequests.Request;
import io.aetherkeep.router.RouterVerticle;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random requests to a whole node: each answer's status, type and body is in the contract.
 *
 * <p>{@code -Daetherkeep.random-requests=100000} sends more, {@code -Daetherkeep.random-seed=7}
 * others.
 */
@ExtendWith(RedisExtension.class)
class RandomRequestsTest {

  private static final int ROUNDS = Integer.getInteger("aetherkeep.random-requests", 1200);
  private static final long SEED = Long.getLong("aetherkeep.random-seed", 20261129L);
  private static final JsonSchemaOptions OPTIONS =
      new JsonSchemaOptions().setBaseUri("app://aetherkeep").setDraft(Draft.DRAFT202012);

  /** The parts of an answer that the contract describes. */
  private record Answer(int status, String type, String body) {}

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, Validator> validators = new TreeMap<>();
  private JsonObject document;
  private RandomRequests requests;

  @BeforeEach
  void read() throws Exception {
    try (InputStream in = RouterVerticle.class.getResourceAsStream("openapi.json")) {
      document = new JsonObject(Buffer.buffer(in.readAllBytes()));
    }
    requests = new RandomRequests(document, SEED);
  }

  private static RunningNode node(RedisServer redis) {
    return RunningNode.start(
        Map.of("AETHERKEEP_REDIS_URL", redis.url(), "AETHERKEEP_HTTP_ACCESS_LOG", "off"));
  }

  @Test
  void everyAnswer_isOneOfTheContract(RedisServer redis) throws Exception {
    try (RunningNode node = node(redis)) {
      assertEquals(List.of(), violations(node, UnaryOperator.identity(), Integer.MAX_VALUE));
    }
  }

  /** Plants a violation: a lifetime that is a string in sessions just opened. */
  @Test
  void aPlantedViolation_isFound(RedisServer redis) throws Exception {
    try (RunningNode node = node(redis)) {
      List<String> found = violations(node, RandomRequestsTest::planted, 1);
      assertFalse(found.isEmpty());
      assertTrue(found.get(0).contains("ttlSeconds"), found::toString);
    }
  }

  private static Answer planted(Answer answer) {
    return answer.status == 201
        ? new Answer(
            answer.status,
            answer.type,
            answer.body.replaceAll("\"ttlSeconds\":(\\d+)", "\"ttlSeconds\":\"$1\""))
        : answer;
  }

  private List<String> violations(RunningNode node, UnaryOperator<Answer> door, int most)
      throws Exception {
    List<String> found = new ArrayList<>();
    List<Request> operations = requests.operations();
    for (int i = 0; i < ROUNDS && found.size() < most; i++) {
      Request request = requests.of(operations.get(i % operations.size()));
      String wrong = violation(request, door.apply(send(node, request)));
      if (wrong != null) {
        found.add(request + ": " + wrong);
      }
    }
    return found;
  }

  private Answer send(RunningNode node, Request request) throws Exception {
    HttpRequest.Builder sent =
        HttpRequest.newBuilder(URI.create(node.url() + request.address()))
            .timeout(Duration.ofSeconds(40))
            .method(
                request.method(),
                request.body() == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(request.body()));
    request.headers().forEach(sent::header);
    HttpResponse<String> answer = client.send(sent.build(), BodyHandlers.ofString());
    String type = answer.headers().firstValue("Content-Type").orElse("");
    return new Answer(answer.statusCode(), type.replaceFirst(";.*", ""), answer.body());
  }

  private String violation(Request request, Answer answer) {
    JsonObject responses = request.operation().getJsonObject("responses");
    JsonObject response = responses.getJsonObject(Integer.toString(answer.status));
    if (answer.status == 500 || response == null) {
      return "status " + answer.status + " " + answer.body;
    }
    JsonObject content = requests.resolved(response).getJsonObject("content");
    if (answer.body.isEmpty()) {
      return null;
    }
    if (content == null || !content.containsKey(answer.type)) {
      return answer.status + " with the type " + answer.type;
    }
    JsonObject schema = content.getJsonObject(answer.type).getJsonObject("schema");
    return schema == null || !answer.type.endsWith("json")
        ? null
        : mismatch(request.method() + request.template() + answer.status, schema, answer.body);
  }

  private String mismatch(String place, JsonObject schema, String body) {
    Validator validator =
        validators.computeIfAbsent(
            place,
            first ->
                Validator.create(
                    JsonSchema.of(
                        schema.copy().put("components", document.getJsonObject("components"))),
                    OPTIONS));
    try {
      OutputUnit result = validator.validate(Json.decodeValue(body));
      return result.getValid() ? null : body + " " + result.getErrors();
    } catch (DecodeException e) {
      return "no JSON: " + body;
    }
  }
}
