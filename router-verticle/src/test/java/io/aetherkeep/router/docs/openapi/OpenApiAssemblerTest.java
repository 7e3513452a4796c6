package io.aetherkeep.router.docs.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenApiAssemblerTest {

  private static final Path FRAGMENTS = Path.of("src/main/openapi");

  @TempDir Path folder;

  private static Set<String> names(Path folder, String extension) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(extension))
          .map(name -> name.substring(0, name.length() - extension.length()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void eachFragment_isOfAClassOfRoutes_andTaken() throws Exception {
    Set<String> fragments = names(FRAGMENTS, ".json");
    Set<String> taken = new TreeSet<>(Set.of("document"));
    new ObjectMapper()
        .readTree(FRAGMENTS.resolve("document.json").toFile())
        .get("fragments")
        .forEach(name -> taken.add(name.asText()));
    assertEquals(taken, fragments);
    fragments.remove("document");
    assertTrue(names(Path.of("src/main/java"), ".java").containsAll(fragments));
  }

  private JsonNode assembled(String document, String fragment) throws IOException {
    Files.writeString(folder.resolve("document.json"), document);
    Files.writeString(folder.resolve("OneRoutes.json"), fragment);
    return OpenApiAssembler.read(folder);
  }

  @Test
  void whatFollowsFromAnOperation_isAdded() throws Exception {
    JsonNode document =
        assembled(
            """
            {"openapi": "3.1.0", "fragments": ["OneRoutes"], "components": {}}
            """,
            """
            {"paths": {"/x/{id}": {"parameters": ["Id"], "post": {
              "operationId": "x", "tag": "X", "summary": "X", "needs": "space write",
              "requestBody": {}, "responses": {"204": "Done", "403": null, "409": {
                "description": "Taken", "headers": ["ETag", "Age=Status-Age"],
                "problems": {"session-exists": "It is there"}}}}}}}
            """);
    JsonNode operation = document.at("/paths/~1x~1{id}/post");
    assertEquals("write", operation.at("/security/1/apiKey/0").asText());
    assertEquals("space", operation.get("x-reach").asText());
    assertEquals(
        "[204, 401, 405, 408, 409, 413, 414, 415, 429, 431, 500, 503]",
        operation.get("responses").properties().stream()
            .map(Map.Entry::getKey)
            .toList()
            .toString());
    assertEquals(
        "#/components/headers/Status-Age",
        operation.at("/responses/409/headers/Age/$ref").asText());
    JsonNode problem =
        operation.at(
            "/responses/409/content/application~1problem+json/examples/session-exists/value");
    assertEquals(409, problem.get("status").asInt());
    assertEquals("It is there", problem.get("detail").asText());
  }

  @Test
  void whatStandsTwice_isRefused() {
    assertThrows(
        IllegalStateException.class,
        () ->
            assembled(
                """
                {"fragments": ["OneRoutes"], "components": {"schemas": {"A": {}}}}
                """,
                """
                {"components": {"schemas": {"A": {}}}}
                """));
  }
}
