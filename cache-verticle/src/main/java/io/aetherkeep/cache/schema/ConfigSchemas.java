package io.aetherkeep.cache.schema;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.document.Document;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * JSON Schemas of the known configurations; other configurations may hold any JSON.
 *
 * <p>The schemas accept every value that the council's own validator accepts, because the council's
 * services write the same configurations.
 */
public final class ConfigSchemas {

  private static final List<String> NAMES =
      List.of("council", "deliberation", "synthesis", "performance");

  /** Maximum number of errors that a failure lists. */
  private static final int MOST_LISTED = 5;

  private static final JsonSchemaOptions OPTIONS =
      new JsonSchemaOptions()
          .setBaseUri("https://aetherkeep.invalid/")
          .setDraft(Draft.DRAFT202012)
          .setOutputFormat(OutputFormat.Basic);

  /** Validators, each created when first used. */
  private final Map<String, Validator> byName = new ConcurrentHashMap<>();

  private Validator validator(String name) {
    return byName.computeIfAbsent(
        name, first -> Validator.create(JsonSchema.of(new JsonObject(text(name))), OPTIONS));
  }

  private static Buffer text(String name) {
    try (InputStream in = ConfigSchemas.class.getResourceAsStream("schemas/" + name + ".json")) {
      if (in == null) {
        throw new IllegalStateException("No schema of " + name);
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException("The schema of " + name + " cannot be read", e);
    }
  }

  /** Fails with the list of schema errors if a known configuration is invalid. */
  public void check(String name, Document value) {
    if (!NAMES.contains(name)) {
      return;
    }
    Object json = RecordJson.untyped(value.bytes().getBytes());
    OutputUnit output = validator(name).validate(json);
    if (!Boolean.TRUE.equals(output.getValid())) {
      throw Failure.of(Code.INVALID_CONFIG, described(output));
    }
    if (name.equals("council")) {
      requireAttainable((JsonObject) Objects.requireNonNull(json));
    }
  }

  private static String described(OutputUnit output) {
    List<OutputUnit> errors = output.getErrors();
    return errors == null || errors.isEmpty()
        ? "It does not have the shape that is expected"
        : errors.stream()
            .map(error -> error.getInstanceLocation() + ": " + error.getError())
            .distinct()
            .limit(MOST_LISTED)
            .collect(Collectors.joining("; "));
  }

  /** Checks what JSON Schema cannot express: a number limited by the length of an array. */
  private static void requireAttainable(JsonObject council) {
    JsonArray members = council.getJsonArray("members");
    if (council.getDouble("minimumSize") > members.size()) {
      throw Failure.of(
          Code.INVALID_CONFIG,
          "#/minimumSize: is more than the " + members.size() + " members that the schema has");
    }
  }
}
