package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.aetherkeep.router.PublishedContract.Operation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The published documents have a shape that parsers and generators of clients accept. */
final class ContractShapeTest {

  private static final Pattern VARIABLE = Pattern.compile("\\{([a-zA-Z]+)}");

  /** Reserved words of Java, Python and TypeScript that a generator would use as class names. */
  private static final Set<String> RESERVED =
      Set.of("from", "except", "import", "class", "default", "object", "list", "any", "none");

  private final PublishedContract contract = PublishedContract.read();

  @ParameterizedTest
  @ValueSource(strings = {"openapi.json", "asyncapi.json"})
  void document_namesNoMemberTwice(String name) throws Exception {
    ObjectMapper strict =
        JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    try (InputStream in = ContractShapeTest.class.getResourceAsStream(name)) {
      assertTrue(strict.readTree(in).isObject());
    }
  }

  @Test
  void parameters_ofThePathComeFirstAndInItsOrder() {
    contract
        .operations()
        .forEach(
            operation -> {
              List<String> ofPath =
                  VARIABLE
                      .matcher(operation.path())
                      .results()
                      .map(found -> found.group(1))
                      .toList();
              List<JsonObject> all = parameters(operation);
              assertEquals(
                  ofPath,
                  all.stream().limit(ofPath.size()).map(one -> one.getString("name")).toList(),
                  operation::toString);
              assertEquals(
                  ofPath.size(),
                  all.stream().filter(one -> one.getString("in").equals("path")).count(),
                  operation::toString);
            });
  }

  /** Parameters of the path, then those of the operation. */
  private List<JsonObject> parameters(Operation operation) {
    JsonArray none = new JsonArray();
    List<JsonObject> all = new ArrayList<>();
    JsonObject ofPath = contract.document().getJsonObject("paths").getJsonObject(operation.path());
    Stream.of(ofPath, operation.content())
        .flatMap(place -> place.getJsonArray("parameters", none).stream())
        .map(JsonObject.class::cast)
        .map(this::resolved)
        .forEach(all::add);
    return all;
  }

  private JsonObject resolved(JsonObject parameter) {
    String reference = parameter.getString("$ref");
    return reference == null
        ? parameter
        : components("parameters").getJsonObject(reference.replaceFirst(".*/", ""));
  }

  private JsonObject components(String kind) {
    return contract.document().getJsonObject("components").getJsonObject(kind);
  }

  @Test
  void components_haveNoWordsOfALanguageAsNames() {
    for (String kind : List.of("schemas", "parameters", "headers")) {
      for (String name : components(kind).fieldNames()) {
        assertTrue(!RESERVED.contains(name.toLowerCase(Locale.ROOT)), name);
      }
    }
  }

  @Test
  void operations_eachSayWhatASuccessIs() {
    contract
        .operations()
        .forEach(
            operation ->
                assertTrue(
                    operation.statuses().stream()
                        .anyMatch(status -> status == 101 || status / 100 == 2),
                    operation::toString));
  }
}
