package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.testing.Readme;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README's tables of endpoints and codes are those of the router. */
class ReadmeTablesTest {

  private final Readme readme = Readme.read();

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
          readme.table("endpoints").stream()
              .map(row -> row.get(0))
              .collect(Collectors.toCollection(TreeSet::new)));
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  @Test
  void codes_areAllThereAreWithTheirStatus() throws Exception {
    TreeSet<List<String>> rows = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    for (Code code : Code.values()) {
      rows.add(List.of("`" + code.text() + "`", "" + Problems.status(code), again(code.kind())));
    }
    TreeSet<List<String>> said = new TreeSet<>(rows.comparator());
    said.addAll(readme.table("codes"));
    assertEquals(rows, said);
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
