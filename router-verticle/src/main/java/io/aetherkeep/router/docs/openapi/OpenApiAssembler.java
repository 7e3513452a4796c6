package io.aetherkeep.router.docs.openapi;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aetherkeep.bus.Code;
import io.aetherkeep.router.http.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Assembler of the OpenAPI document, which the build runs: one fragment for each class of routes,
 * and one of shared parts. A fragment states only what is particular to an operation. The assembler
 * derives the rest: security, the answers that every operation has, and the title and status of
 * each problem.
 */
public final class OpenApiAssembler {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final List<String> METHODS = List.of("get", "put", "post", "patch", "delete");

  private static final Map<String, String> EVERYWHERE =
      Map.of(
          "405", "MethodNotAllowed",
          "414", "UriTooLong",
          "429", "Overloaded",
          "431", "HeadersTooLarge",
          "500", "Internal");

  private static final Map<String, String> GUARDED =
      Map.of("401", "Unauthenticated", "403", "Forbidden", "503", "Unavailable");

  private static final Map<String, String> WITH_BODY =
      Map.of("408", "BodyTimeout", "413", "TooLarge", "415", "UnsupportedMediaType");

  private static final ObjectNode REQUEST_ID = reference("parameters", "XRequestId");

  private final ObjectNode paths = JSON.createObjectNode();
  private final ObjectNode components = JSON.createObjectNode();

  private OpenApiAssembler() {}

  /**
   * Assembles a folder of fragments into a file.
   *
   * @param args the folder and the file
   */
  public static void main(String[] args) throws IOException {
    Path to = Path.of(args[1]);
    Files.createDirectories(to.toAbsolutePath().getParent());
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(read(Path.of(args[0])));
    Files.writeString(to, text + "\n");
  }

  static ObjectNode read(Path folder) throws IOException {
    ObjectNode document = (ObjectNode) JSON.readTree(folder.resolve("document.json").toFile());
    OpenApiAssembler assembler = new OpenApiAssembler();
    assembler.addComponents(document.remove("components"));
    for (JsonNode name : document.remove("fragments")) {
      JsonNode fragment = JSON.readTree(folder.resolve(name.asText() + ".json").toFile());
      fragment.path("paths").properties().forEach(assembler::addPath);
      assembler.addComponents(fragment.path("components"));
    }
    document.set("paths", assembler.paths);
    document.set("components", assembler.components);
    return document;
  }

  private void addComponents(JsonNode kinds) {
    kinds
        .properties()
        .forEach(
            kind ->
                kind.getValue()
                    .properties()
                    .forEach(
                        one ->
                            put(
                                components.withObject("/" + kind.getKey()),
                                one.getKey(),
                                kind.getKey().equals("responses")
                                    ? response(one.getValue())
                                    : one.getValue())));
  }

  private static void put(ObjectNode to, String name, JsonNode value) {
    if (to.has(name)) {
      throw new IllegalStateException("'" + name + "' is in two fragments");
    }
    to.set(name, value);
  }

  private void addPath(Map.Entry<String, JsonNode> path) {
    JsonNode from = path.getValue();
    addPath(path.getKey(), from, from.path("parameters"), "", "");
    JsonNode alias = from.path("alias");
    if (alias.isObject()) {
      addPath(
          alias.required("path").asText(),
          from,
          alias.path("parameters"),
          alias.required("suffix").asText(),
          alias.required("description").asText());
    }
  }

  /** Adds a path; parameters that all its operations share come first. */
  private void addPath(String path, JsonNode from, JsonNode named, String suffix, String also) {
    boolean shared = !named.isMissingNode() || !path.contains("{");
    ObjectNode item = (ObjectNode) paths.get(path);
    if (item == null) {
      item = paths.putObject(path);
      if (shared) {
        item.set("parameters", references(named, "parameters").add(REQUEST_ID));
      }
    }
    for (String method : METHODS) {
      if (from.has(method)) {
        ObjectNode operation = operation(from.get(method), suffix, also);
        if (!shared) {
          operation.withArray("/parameters").add(REQUEST_ID);
        }
        put(item, method, operation);
      }
    }
  }

  private static ObjectNode operation(JsonNode from, String suffix, String also) {
    ObjectNode operation = JSON.createObjectNode();
    operation.put("operationId", from.required("operationId").asText() + suffix);
    operation.putArray("tags").add(from.required("tag"));
    operation.set("summary", from.required("summary"));
    String description = (from.path("description").asText() + " " + also).strip();
    if (!description.isEmpty()) {
      operation.put("description", description);
    }
    if (from.has("parameters")) {
      operation.set("parameters", references(from.get("parameters"), "parameters"));
    }
    if (from.has("requestBody")) {
      operation.set("requestBody", from.get("requestBody"));
    }
    String[] needs = from.required("needs").asText().split(" ", -1);
    ArrayNode security = operation.putArray("security");
    operation.put("x-reach", needs[0]);
    if (needs.length == 2) {
      operation.put("x-scope", needs[1]);
      security.addObject().putArray("bearer").add(needs[1]);
      security.addObject().putArray("apiKey").add(needs[1]);
      if (needs[0].equals("session") || needs[0].equals("watched")) {
        security.addObject().putArray("cookie").add(needs[1]);
      }
    }
    operation.set("responses", responses(from, needs.length == 2));
    return operation;
  }

  /** Returns the responses: the operation's own override the usual ones, and null removes one. */
  private static ObjectNode responses(JsonNode operation, boolean guarded) {
    Map<String, String> usual = new LinkedHashMap<>(EVERYWHERE);
    usual.putAll(guarded ? GUARDED : Map.of());
    usual.putAll(operation.has("requestBody") ? WITH_BODY : Map.of());
    Map<String, JsonNode> all = new TreeMap<>();
    usual.forEach((status, name) -> all.put(status, reference("responses", name)));
    operation
        .required("responses")
        .properties()
        .forEach(
            one -> {
              JsonNode declared = one.getValue();
              if (declared.isNull()) {
                all.remove(one.getKey());
              } else {
                all.put(
                    one.getKey(),
                    declared.isTextual()
                        ? reference("responses", declared.asText())
                        : response(declared));
              }
            });
    ObjectNode responses = JSON.createObjectNode();
    responses.setAll(all);
    return responses;
  }

  private static ObjectNode response(JsonNode from) {
    ObjectNode response = JSON.createObjectNode();
    response.set("description", from.required("description"));
    ObjectNode headers = headers(from.path("headers"));
    if (from.path("requestId").asBoolean(true)) {
      headers.set("X-Request-Id", reference("headers", "X-Request-Id"));
    }
    if (!headers.isEmpty()) {
      response.set("headers", headers);
    }
    ObjectNode content = content(from);
    if (!content.isEmpty()) {
      response.set("content", content);
    }
    return response;
  }

  /** Returns headers by their component's name, optionally renamed: {@code Age=Status-Age}. */
  private static ObjectNode headers(JsonNode from) {
    ObjectNode headers = JSON.createObjectNode();
    if (from.isObject()) {
      headers.setAll((ObjectNode) from);
    }
    for (JsonNode name : from.isArray() ? from : JSON.createArrayNode()) {
      String[] parts = name.asText().split("=", -1);
      headers.set(parts[0], reference("headers", parts[parts.length - 1]));
    }
    return headers;
  }

  private static ObjectNode content(JsonNode from) {
    ObjectNode content = JSON.createObjectNode();
    if (from.has("content")) {
      content.setAll((ObjectNode) from.get("content"));
    }
    if (from.has("json")) {
      ObjectNode json = content.putObject("application/json");
      json.set("schema", reference("schemas", from.get("json").asText()));
      if (from.has("example")) {
        json.set("example", from.get("example"));
      }
      from.path("examples")
          .properties()
          .forEach(one -> addExample(json, one.getKey(), one.getValue()));
    }
    if (from.has("problems")) {
      ObjectNode problem = content.putObject("application/problem+json");
      problem.set("schema", reference("schemas", "Problem"));
      from.get("problems")
          .properties()
          .forEach(one -> addExample(problem, one.getKey(), problem(one.getKey(), one.getValue())));
    }
    return content;
  }

  private static void addExample(ObjectNode media, String name, JsonNode value) {
    media.withObject("/examples").putObject(name).set("value", value);
  }

  /** Completes a problem document from its detail and its special members. */
  private static ObjectNode problem(String name, JsonNode declared) {
    Code code = Code.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    ObjectNode problem = JSON.createObjectNode();
    problem.put("type", "urn:aetherkeep:problem:" + name);
    problem.put("title", code.title());
    problem.put("status", Problems.status(code));
    problem.set("detail", declared.isTextual() ? declared : declared.required("detail"));
    problem.put("code", name);
    problem.put("retry", code.kind().retry());
    problem.put("requestId", "9f2c41d07be8a365");
    if (declared.isObject()) {
      declared.properties().forEach(one -> problem.set(one.getKey(), one.getValue()));
    }
    return problem;
  }

  private static ArrayNode references(JsonNode names, String kind) {
    ArrayNode references = JSON.createArrayNode();
    for (JsonNode name : names) {
      references.add(name.isTextual() ? reference(kind, name.asText()) : name);
    }
    return references;
  }

  private static ObjectNode reference(String kind, String name) {
    return JSON.createObjectNode().put("$ref", "#/components/" + kind + "/" + name);
  }
}
