package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bus.Code;
import io.aetherkeep.router.settings.RouterSettings;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Answers about an unknown space. */
final class SpaceNamesTest {

  private static final String NOWHERE = "/api/v1/nowhere/caches/topic/t1";
  private static final String ALL = "No space has this name; the spaces are aethercast, council";
  private static final KnownCallers CALLERS = KnownCallers.fresh();
  private static final String OF_ALL_SPACES = CALLERS.key("*");
  private static final String OF_NOWHERE = CALLERS.key("nowhere");
  private static final String OF_ANOTHER_SPACE = CALLERS.key("council");

  @RegisterExtension
  static final RunningRouter OPEN =
      RunningRouter.with(RouterSettings.of(Map.of("aethercast", 1 << 20, "council", 1 << 20)));

  @RegisterExtension static final RunningRouter CLOSED = RunningRouter.with(CALLERS::settings);

  private static String detail(HttpResponse<String> answer) {
    ProblemDocument.in(answer).is(404, "space-unknown");
    return new JsonObject(answer.body()).getString("detail");
  }

  private static HttpResponse<String> ask(String key) throws Exception {
    return CLOSED.send(CLOSED.to(NOWHERE).header("Authorization", "Bearer " + key));
  }

  @Test
  void theSpacesThatThereAre_areListed() throws Exception {
    OPEN.neighbour().fails(Code.SPACE_UNKNOWN, "No space has this name");
    assertEquals(ALL, detail(OPEN.get(NOWHERE)));
  }

  @Test
  void ofThem_aCallerSeesItsOwnOnly() throws Exception {
    assertEquals(ALL, detail(ask(OF_ALL_SPACES)));
    assertEquals("No space has this name", detail(ask(OF_NOWHERE)));
    ProblemDocument.in(ask(OF_ANOTHER_SPACE)).is(403, "other-space");
    ProblemDocument.in(CLOSED.get(NOWHERE)).is(401, "no-credentials");
  }
}
