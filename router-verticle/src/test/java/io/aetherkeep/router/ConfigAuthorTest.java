package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.aetherkeep.catalogue.ConfigAsks.ConfigRemoved;
import io.aetherkeep.catalogue.ConfigAsks.ConfigWritten;
import io.aetherkeep.catalogue.ConfigAsks.ConfigsWritten;
import io.aetherkeep.catalogue.ConfigAsks.RemoveConfig;
import io.aetherkeep.catalogue.ConfigAsks.RollbackConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfig;
import io.aetherkeep.catalogue.ConfigAsks.WriteConfigs;
import java.net.http.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The recorded author of a configuration is the credential's name, not that of the From header. */
final class ConfigAuthorTest {

  private static final String X = "/api/v1/aethercast/configs/x";
  private static final KnownCallers CALLERS = KnownCallers.fresh();
  private static final String KEY = CALLERS.key("*");

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.with(CALLERS::settings);
  @RegisterExtension static final RunningRouter OPEN = RunningRouter.usual();

  private static HttpRequest.Builder as(String credential, HttpRequest.Builder request) {
    return request.header("Authorization", "Bearer " + credential).header("From", "eve@x");
  }

  private static Object asked(HttpRequest.Builder request, Object answer) throws Exception {
    ROUTER.neighbour().answers(answer);
    ROUTER.send(request);
    return ROUTER.neighbour().asked();
  }

  @Test
  void author_isTheKeysName_andFromIsAClaim() throws Exception {
    ConfigWritten written = new ConfigWritten("7-2", 2, false);
    WriteConfig write = (WriteConfig) asked(as(KEY, ROUTER.put(X, "1")), written);
    assertEquals("test", write.by());
    assertEquals("eve@x", write.claimedBy());
    RollbackConfig back =
        (RollbackConfig)
            asked(as(KEY, ROUTER.json("POST", X + "/rollback", "{\"version\":1}")), written);
    assertEquals("test", back.by());
    assertEquals("eve@x", back.claimedBy());
    RemoveConfig remove =
        (RemoveConfig) asked(as(KEY, ROUTER.to(X).DELETE()), new ConfigRemoved(true));
    assertEquals("test", remove.by());
    assertEquals("eve@x", remove.claimedBy());
  }

  @Test
  void severalAtOnce_haveOneAuthor() throws Exception {
    String all = "/api/v1/aethercast/configs";
    String body =
        "{\"configs\":[{\"name\":\"x\",\"value\":null},{\"name\":\"y\",\"remove\":true}]}";
    ConfigsWritten written = new ConfigsWritten(2, List.of());
    WriteConfigs write = (WriteConfigs) asked(as(KEY, ROUTER.json("POST", all, body)), written);
    assertEquals("test", write.by());
    assertEquals("eve@x", write.claimedBy());
    assertEquals("null", write.configs().get(0).value().toString());
    assertNull(write.configs().get(1).value());
    int conditional =
        ROUTER.send(as(KEY, ROUTER.json("POST", all, body)).header("If-Match", "*")).statusCode();
    assertEquals(400, conditional);
  }

  @Test
  void author_isTheTokensSubject() throws Exception {
    String token = CALLERS.token("{\"space\":\"*\",\"scope\":\"admin\",\"sub\":\"ann\"}");
    WriteConfig write =
        (WriteConfig) asked(as(token, ROUTER.put(X, "1")), new ConfigWritten("7-2", 2, false));
    assertEquals("ann", write.by());
  }

  @Test
  void author_isWhomFromNames_whereNobodyIsAskedWhoTheyAre() throws Exception {
    OPEN.neighbour().answers(new ConfigWritten("7-2", 2, false));
    OPEN.send(OPEN.put(X, "1").header("From", "ann@x"));
    WriteConfig write = (WriteConfig) OPEN.neighbour().asked();
    assertEquals("ann@x", write.by());
    assertNull(write.claimedBy());
  }
}
