package io.aetherkeep.router;

import static java.util.stream.Collectors.toUnmodifiableSet;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The published OpenAPI document. */
record PublishedContract(JsonObject document) {

  private static final JsonSchemaOptions OPTIONS =
      new JsonSchemaOptions().setBaseUri("app://aetherkeep").setDraft(Draft.DRAFT202012);

  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

  /** Operation of the contract; its path is the template. */
  record Operation(String method, String path, JsonObject content) {

    Set<Integer> statuses() {
      return content.getJsonObject("responses").fieldNames().stream()
          .map(Integer::valueOf)
          .collect(toUnmodifiableSet());
    }

    private boolean serves(String asked, String address) {
      return (asked.equals("HEAD") ? "GET" : asked).equals(method)
          && address.matches(path.replaceAll("\\{[a-z]+}", "[^/]+").replace(".", "\\."));
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  static PublishedContract read() {
    try (InputStream in = PublishedContract.class.getResourceAsStream("openapi.json")) {
      return new PublishedContract(new JsonObject(Buffer.buffer(in.readAllBytes())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Stream<Operation> operations() {
    JsonObject paths = document.getJsonObject("paths");
    return paths.stream()
        .flatMap(
            path ->
                ((JsonObject) path.getValue())
                    .stream()
                        .filter(entry -> METHODS.contains(entry.getKey()))
                        .map(
                            entry ->
                                new Operation(
                                    entry.getKey().toUpperCase(Locale.ROOT),
                                    path.getKey(),
                                    (JsonObject) entry.getValue())));
  }

  /** The operations that match a request; none for an unknown path. */
  Stream<Operation> operations(String method, String address) {
    return operations().filter(operation -> operation.serves(method, address));
  }

  /** The names of all headers of responses. */
  Set<String> responseHeaders() {
    JsonObject whole = document.copy();
    // Its names are those of definitions, not of headers.
    whole.getJsonObject("components").remove("headers");
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    collectHeaders(whole, names);
    return names;
  }

  private static void collectHeaders(Object part, Set<String> names) {
    if (part instanceof JsonArray array) {
      array.forEach(element -> collectHeaders(element, names));
    } else if (part instanceof JsonObject object) {
      object.forEach(
          field -> {
            if (field.getKey().equals("headers") && field.getValue() instanceof JsonObject named) {
              names.addAll(named.fieldNames());
            }
            collectHeaders(field.getValue(), names);
          });
    }
  }

  JsonObject schema(String name) {
    return document.getJsonObject("components").getJsonObject("schemas").getJsonObject(name);
  }

  /** Asserts that JSON is valid for a schema. */
  void holds(String schema, String json) {
    JsonObject whole =
        new JsonObject()
            .put("$ref", "#/components/schemas/" + schema)
            .put("components", document.getJsonObject("components"));
    OutputUnit result =
        Validator.create(JsonSchema.of(whole), OPTIONS).validate(Json.decodeValue(json));
    assertTrue(result.getValid(), () -> json + " " + result.getErrors());
  }

  JsonArray keyspaces(String parameter) {
    return document
        .getJsonObject("components")
        .getJsonObject("parameters")
        .getJsonObject(parameter)
        .getJsonObject("schema")
        .getJsonArray("enum");
  }
}
