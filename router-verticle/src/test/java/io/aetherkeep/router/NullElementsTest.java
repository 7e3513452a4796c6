package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.PublishedContract.Operation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Arrays that contain null, in the bodies of all operations of the contract. */
final class NullElementsTest {

  private static final PublishedContract CONTRACT = PublishedContract.read();

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  /** Each operation whose body has an array, with a body in which that array contains null. */
  static Stream<Arguments> bodies() {
    List<Arguments> bodies = new ArrayList<>();
    CONTRACT.operations().forEach(operation -> addBodies(operation, bodies));
    assertTrue(bodies.size() >= 14, bodies::toString);
    return bodies.stream();
  }

  private static void addBodies(Operation operation, List<Arguments> to) {
    JsonObject content =
        operation
            .content()
            .getJsonObject("requestBody", new JsonObject())
            .getJsonObject("content", new JsonObject());
    JsonObject schema =
        resolved(
            content.getJsonObject("application/json", new JsonObject()).getJsonObject("schema"));
    for (JsonObject form : forms(schema)) {
      if (isArray(form)) {
        to.add(Arguments.of(operation, "[null]"));
      }
      JsonObject properties = form.getJsonObject("properties", new JsonObject());
      for (String name : properties.fieldNames()) {
        if (isArray(resolved(properties.getJsonObject(name)))) {
          JsonObject body = required(form).put(name, new JsonArray().addNull());
          to.add(Arguments.of(operation, body.encode()));
        }
      }
    }
  }

  /** The alternatives of a schema, or the schema itself. */
  private static List<JsonObject> forms(JsonObject schema) {
    JsonArray forms = schema.getJsonArray("oneOf", schema.getJsonArray("anyOf"));
    return forms == null
        ? List.of(schema)
        : forms.stream().map(form -> resolved((JsonObject) form)).toList();
  }

  private static JsonObject resolved(JsonObject schema) {
    String name = schema == null ? null : schema.getString("$ref");
    return schema == null
        ? new JsonObject()
        : name == null ? schema : CONTRACT.schema(name.substring(name.lastIndexOf('/') + 1));
  }

  private static boolean isArray(JsonObject schema) {
    Object type = schema.getValue("type");
    return "array".equals(type) || (type instanceof JsonArray types && types.contains("array"));
  }

  /** An object with the required properties of a schema. */
  private static JsonObject required(JsonObject schema) {
    JsonObject object = new JsonObject();
    for (Object name : schema.getJsonArray("required", new JsonArray())) {
      JsonObject property = resolved(schema.getJsonObject("properties").getJsonObject("" + name));
      object.put("" + name, "integer".equals(property.getValue("type")) ? 1 : "x");
    }
    return object;
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void anArrayWithNull_isAProblem(Operation operation, String body) throws Exception {
    String address =
        operation
            .path()
            .replace("{space}", "aethercast")
            .replace("{kind}", "podcast")
            .replaceAll("\\{[a-zA-Z]+}", "x");
    HttpRequest.Builder request =
        ROUTER.json(operation.method(), address, body).header("Authorization", "Bearer x");
    ProblemDocument.in(ROUTER.send(request)).is(400, "invalid-body");
    assertTrue(ROUTER.neighbour().wasAskedNothing(), body);
  }
}
