package io.aetherkeep.router;

import static io.aetherkeep.testing.Futures.await;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.router.PublishedContract.Operation;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.http.Route;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.openapi.contract.OpenAPIContract;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The published contract and the code agree. */
@ExtendWith(VertxExtension.class)
final class ContractTest {

  /** Pages for people, which are not in the contract. */
  private static final String PAGES = "GET /(docs|console)/.*";

  private final PublishedContract contract = PublishedContract.read();

  @Test
  void contract_isOneThatVertxReads() throws Exception {
    // The contract's parser looks for the meta-schema on the class path.
    FileSystemOptions files = new FileSystemOptions().setClassPathResolvingEnabled(true);
    Vertx vertx = Vertx.vertx(new VertxOptions().setFileSystemOptions(files));
    try {
      String document = forVertx(contract.document().copy()).encode();
      OpenAPIContract read = await(OpenAPIContract.from(vertx, new JsonObject(document)));
      assertEquals(contract.operations().count(), read.operations().size());
    } finally {
      await(vertx.close());
    }
  }

  /**
   * Adapts the document to the parser, which knows no relative servers, problem documents, patches
   * and pages.
   */
  private static JsonObject forVertx(JsonObject document) {
    document.remove("servers");
    String text =
        document
            .encode()
            .replace("\"application/problem+json\"", "\"application/json\"")
            .replace("\"application/jwk-set+json\"", "\"application/json\"")
            .replace("\"application/merge-patch+json\"", "\"text/plain\"")
            .replace("\"text/html\"", "\"text/plain\"")
            .replace("\"text/javascript\"", "\"text/plain\"")
            .replace("\"text/event-stream\"", "\"text/plain\"");
    return new JsonObject(text);
  }

  @Test
  void contract_holdsExactlyTheRoutesOfTheTable(Vertx vertx) {
    Set<String> served = sorted(routes(vertx).map(route -> route.method() + " " + route.path()));
    served.removeIf(route -> route.matches(PAGES));
    assertEquals(served, sorted(contract.operations().map(Operation::toString)));
  }

  private static Stream<Route> routes(Vertx vertx) {
    return AllRoutes.on(vertx).table().stream();
  }

  /** The permission that the code requires for an operation. */
  static Need need(String method, String path) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      return routes(vertx)
          .filter(route -> route.method().name().equals(method) && route.path().equals(path))
          .findFirst()
          .orElseThrow()
          .need();
    } finally {
      await(vertx.close());
    }
  }

  @Test
  void problems_haveExactlyTheCodesThereAre() {
    JsonArray codes =
        contract
            .schema("Problem")
            .getJsonObject("properties")
            .getJsonObject("code")
            .getJsonArray("enum");
    assertEquals(
        sorted(Stream.of(Code.values()).map(Code::text)),
        sorted(codes.stream().map(String.class::cast)));
  }

  @Test
  void problems_haveExactlyTheStatusesOfTheCodes() {
    JsonArray statuses =
        contract
            .schema("Problem")
            .getJsonObject("properties")
            .getJsonObject("status")
            .getJsonArray("enum");
    assertEquals(
        sorted(Stream.of(Code.values()).map(code -> "" + Problems.status(code))),
        sorted(statuses.stream().map(Object::toString)));
  }

  @Test
  void statusOfEveryCode_isAResponseOfSomeOperation() {
    Set<Integer> documented =
        contract
            .operations()
            .flatMap(operation -> operation.statuses().stream())
            .collect(toCollection(TreeSet::new));
    for (Code code : Code.values()) {
      assertTrue(documented.contains(Problems.status(code)), code.text());
    }
  }

  @Test
  void everyCode_isShownInAnExampleWithItsOwnTitleAndStatus() {
    Set<String> shown = new TreeSet<>();
    for (Map.Entry<String, Object> response : components("responses")) {
      JsonObject content = ((JsonObject) response.getValue()).getJsonObject("content");
      if (content != null) {
        for (Map.Entry<String, Object> example :
            content.getJsonObject("application/problem+json").getJsonObject("examples")) {
          JsonObject problem = ((JsonObject) example.getValue()).getJsonObject("value");
          Code code = code(problem.getString("code"));
          assertEquals(code.title(), problem.getString("title"), code.text());
          assertEquals(Problems.status(code), problem.getInteger("status"), code.text());
          assertEquals(code.kind().retry(), problem.getBoolean("retry"), code.text());
          assertEquals("urn:aetherkeep:problem:" + code.text(), problem.getString("type"));
          shown.add(code.text());
        }
      }
    }
    assertEquals(sorted(Stream.of(Code.values()).map(Code::text)), shown);
  }

  private JsonObject components(String kind) {
    return contract.document().getJsonObject("components").getJsonObject(kind);
  }

  private static Code code(String text) {
    return Stream.of(Code.values())
        .filter(code -> code.text().equals(text))
        .findAny()
        .orElseThrow();
  }

  @Test
  void keyspaces_areThoseOfTheCatalogueByTheirNumberOfIds() {
    assertEquals(cachesOf(0), names("KeyspaceWithoutIds"));
    assertEquals(cachesOf(1), names("KeyspaceOfOneId"));
    assertEquals(cachesOf(2), names("KeyspaceOfTwoIds"));
    assertEquals(
        sorted(Keyspaces.CACHES.stream().map(keyspace -> keyspace.name())), names("AnyKeyspace"));
  }

  private Set<String> names(String parameter) {
    return sorted(contract.keyspaces(parameter).stream().map(String.class::cast));
  }

  private static Set<String> cachesOf(int ids) {
    return sorted(
        Keyspaces.CACHES.stream()
            .filter(keyspace -> keyspace.pattern().variables().size() == ids)
            .map(keyspace -> keyspace.name()));
  }

  @Test
  void operations_haveNamesSummariesAndTagsThatAreExplained() {
    Set<String> tags =
        sorted(
            contract.document().getJsonArray("tags").stream()
                .map(tag -> ((JsonObject) tag).getString("name")));
    Set<String> names = new TreeSet<>();
    contract
        .operations()
        .forEach(
            operation -> {
              assertTrue(
                  names.add(operation.content().getString("operationId")), operation::toString);
              assertTrue(operation.content().containsKey("summary"), operation::toString);
              assertTrue(
                  tags.contains(operation.content().getJsonArray("tags").getString(0)),
                  operation::toString);
            });
  }

  @Test
  void schemas_areLookedIntoAllTheWay() {
    contract.holds("SessionList", "{\"items\":[],\"next\":null}");
    for (String other :
        List.of("{\"items\":[]}", "{\"items\":[{}],\"next\":null}", "{\"items\":[],\"next\":1}")) {
      assertThrows(AssertionError.class, () -> contract.holds("SessionList", other));
    }
  }

  private static Set<String> sorted(Stream<String> texts) {
    return texts.collect(toCollection(TreeSet::new));
  }
}
