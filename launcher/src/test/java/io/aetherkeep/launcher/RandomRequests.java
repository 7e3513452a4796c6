package io.aetherkeep.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Generator of random requests that an OpenAPI document allows, and of some that it does not:
 * parameters and bodies by their schemas, from one seed.
 */
final class RandomRequests {

  /** A request, with its operation in the document. */
  record Request(
      JsonObject operation,
      String method,
      String template,
      String address,
      Map<String, String> headers,
      String body) {

    @Override
    public String toString() {
      return method + " " + address + " " + headers + " " + body;
    }
  }

  private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

  /** Few ids, so that requests meet each other's data. */
  private static final List<String> IDS = List.of("s1", "s2", "t1", "p1", "a b", "\u00e9/x");

  private static final List<String> JUNK =
      List.of("", "-1", "0", "99999999999999999999", "null", "[]", "{}", "\u0000", "x".repeat(600));

  /** Parameters that are left out: long polls would take time, and request ids have no effect. */
  private static final Set<String> LEFT_OUT = Set.of("wait", "X-Request-Id", "Last-Event-ID");

  private final JsonObject document;
  private final Random random;
  private final List<Request> operations = new ArrayList<>();

  RandomRequests(JsonObject document, long seed) {
    this.document = document;
    this.random = new Random(seed);
    document
        .getJsonObject("paths")
        .forEach(
            path -> {
              JsonObject item = (JsonObject) path.getValue();
              METHODS.stream()
                  .sorted()
                  .filter(item::containsKey)
                  .forEach(
                      method ->
                          operations.add(
                              new Request(
                                  whole(item, item.getJsonObject(method)),
                                  method.toUpperCase(Locale.ROOT),
                                  path.getKey(),
                                  "",
                                  Map.of(),
                                  null)));
            });
  }

  private static JsonObject whole(JsonObject item, JsonObject operation) {
    JsonArray parameters = item.getJsonArray("parameters", new JsonArray()).copy();
    operation.getJsonArray("parameters", new JsonArray()).forEach(parameters::add);
    return operation.copy().put("parameters", parameters);
  }

  List<Request> operations() {
    return List.copyOf(operations);
  }

  /** Generates a request of an operation. */
  Request of(Request operation) {
    String address = operation.template();
    List<String> query = new ArrayList<>();
    Map<String, String> headers = new TreeMap<>();
    for (Object each : operation.operation().getJsonArray("parameters")) {
      JsonObject parameter = resolved((JsonObject) each);
      String name = parameter.getString("name");
      switch (parameter.getString("in")) {
        case "path" -> address = address.replace("{" + name + "}", encoded(segment(parameter)));
        case "query" -> {
          if (!LEFT_OUT.contains(name) && random.nextInt(3) == 0) {
            values(parameter).forEach(value -> query.add(name + "=" + encoded(value)));
          }
        }
        default -> {
          if (!LEFT_OUT.contains(name) && random.nextInt(4) == 0) {
            headers.put(name, visible(text(parameter.getJsonObject("schema"))));
          }
        }
      }
    }
    String body = body(operation.operation(), headers);
    String whole = query.isEmpty() ? address : address + "?" + String.join("&", query);
    return new Request(
        operation.operation(), operation.method(), operation.template(), whole, headers, body);
  }

  private String body(JsonObject operation, Map<String, String> headers) {
    JsonObject content =
        operation.getJsonObject("requestBody", new JsonObject()).getJsonObject("content");
    if (content == null) {
      return null;
    }
    headers.put("Content-Type", random.nextInt(30) == 0 ? "text/plain" : "application/json");
    JsonObject media = content.getJsonObject(content.fieldNames().iterator().next());
    if (random.nextInt(12) == 0) {
      return pick(JUNK);
    }
    return json(value(media.getJsonObject("schema"), 0));
  }

  private static String json(Object value) {
    return io.vertx.core.json.Json.encode(value);
  }

  private String segment(JsonObject parameter) {
    JsonObject schema = resolved(parameter.getJsonObject("schema"));
    if (parameter.getString("name").equals("space")) {
      return pick(List.of("aethercast", "council", "content", "content", "nowhere"));
    }
    return schema.containsKey("enum") && random.nextInt(10) > 0
        ? String.valueOf(pick(schema.getJsonArray("enum").stream().toList()))
        : pick(IDS);
  }

  private List<String> values(JsonObject parameter) {
    JsonObject schema = resolved(parameter.getJsonObject("schema"));
    if (!"array".equals(schema.getValue("type"))) {
      return List.of(text(schema));
    }
    List<String> values = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      values.add(pick(IDS));
    }
    return values;
  }

  private String text(JsonObject schema) {
    if (random.nextInt(6) == 0) {
      return pick(JUNK);
    }
    Object value = value(schema, 0);
    return value instanceof String text ? text : json(value);
  }

  private static String visible(String text) {
    return text.replaceAll("[^ -~]", "").strip();
  }

  /** Generates a value for a schema, approximately, and sometimes an invalid one. */
  private Object value(JsonObject reference, int depth) {
    JsonObject schema = resolved(reference);
    if (random.nextInt(25) == 0) {
      return pick(new ArrayList<>(List.of("x", 1, -1, true, new JsonArray(), new JsonObject())));
    }
    for (String choice : List.of("oneOf", "anyOf")) {
      if (schema.containsKey(choice)) {
        return value((JsonObject) pick(schema.getJsonArray(choice).stream().toList()), depth);
      }
    }
    if (schema.containsKey("enum")) {
      return pick(schema.getJsonArray("enum").stream().toList());
    }
    return switch (type(schema)) {
      case "object" -> object(schema, depth);
      case "array" -> array(schema, depth);
      case "integer" -> integer(schema);
      case "number" -> random.nextInt(4) == 0 ? -0.5 : random.nextDouble() * 1000;
      case "boolean" -> random.nextBoolean();
      case "null" -> null;
      default -> string(schema);
    };
  }

  private String type(JsonObject schema) {
    Object type = schema.getValue("type");
    if (type instanceof JsonArray several) {
      return (String) pick(several.stream().toList());
    }
    if (type != null) {
      return (String) type;
    }
    return schema.containsKey("properties")
        ? "object"
        : pick(List.of("object", "array", "integer", "string", "boolean", "null"));
  }

  private JsonObject object(JsonObject schema, int depth) {
    JsonObject object = new JsonObject();
    JsonArray required = schema.getJsonArray("required", new JsonArray());
    schema
        .getJsonObject("properties", new JsonObject())
        .forEach(
            property -> {
              boolean there =
                  required.contains(property.getKey())
                      ? random.nextInt(20) > 0
                      : random.nextInt(2) == 0;
              if (there) {
                object.put(property.getKey(), value((JsonObject) property.getValue(), depth + 1));
              }
            });
    if (!Boolean.FALSE.equals(schema.getValue("additionalProperties")) && depth < 3) {
      for (int i = random.nextInt(3); i > 0; i--) {
        object.put(pick(IDS), value(new JsonObject(), depth + 1));
      }
    }
    return object;
  }

  private JsonArray array(JsonObject schema, int depth) {
    JsonArray array = new JsonArray();
    JsonObject items = schema.getJsonObject("items", new JsonObject());
    for (int i = depth > 3 ? 0 : random.nextInt(7); i > 0; i--) {
      array.add(value(items, depth + 1));
    }
    return array;
  }

  private long integer(JsonObject schema) {
    long least = schema.getLong("minimum", 0L);
    long most = Math.min(schema.getLong("maximum", least + 100), least + 100_000);
    return random.nextInt(8) == 0 ? least - 1 : least + random.nextInt((int) (most - least) + 1);
  }

  private String string(JsonObject schema) {
    if ("date-time".equals(schema.getString("format"))) {
      return "2026-11-21T04:01:45.551Z";
    }
    int length = Math.min(schema.getInteger("maxLength", 12), 12);
    return random.nextInt(3) == 0 ? "a".repeat(Math.max(1, random.nextInt(length + 1))) : pick(IDS);
  }

  /** Resolves a reference. */
  JsonObject resolved(JsonObject part) {
    String reference = part.getString("$ref");
    JsonObject found = document;
    if (reference == null) {
      return part;
    }
    for (String step : reference.substring(2).split("/", -1)) {
      found = found.getJsonObject(step);
    }
    return resolved(found);
  }

  private <T> T pick(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
