package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.testing.DocPage;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The documentation's tables of endpoints and codes match the router. */
class DocTablesTest {

  @Test
  void endpoints_areTheRoutes() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      TreeSet<String> routes =
          AllRoutes.on(vertx).table().stream()
              .filter(route -> !route.path().matches("/(docs|console)/.*"))
              .map(route -> "`" + route.method() + " " + route.path() + "`")
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(
          routes,
          DocPage.named("http").table("endpoints").stream()
              .map(row -> row.get(0))
              .collect(Collectors.toCollection(TreeSet::new)));
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  @Test
  void codes_areAllThereAreWithTheirStatus() throws Exception {
    List<List<String>> rows = new ArrayList<>();
    for (Code code : Code.values()) {
      rows.add(List.of("`" + code.text() + "`", "" + Problems.status(code), again(code.kind())));
    }
    assertEquals(sorted(rows), sorted(DocPage.named("errors").table("codes")));
  }

  private static List<List<String>> sorted(List<List<String>> rows) {
    return rows.stream().sorted(Comparator.comparing(List::toString)).toList();
  }

  private static String again(Kind kind) {
    return switch (kind) {
      case INVALID, UNAUTHENTICATED, FORBIDDEN, UNKNOWN -> "no";
      case CONFLICT -> "yes, after a fresh read";
      case OVERLOADED, UNAVAILABLE -> "yes, after `Retry-After`";
      case BUG -> "yes";
    };
  }
}
