package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.PROVIDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.ProviderAsks.DisableProvider;
import io.aetherkeep.catalogue.ProviderAsks.EnableProvider;
import io.aetherkeep.catalogue.ProviderAsks.ListProviders;
import io.aetherkeep.catalogue.ProviderAsks.Outcome;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.ProviderList;
import io.aetherkeep.catalogue.ProviderAsks.ReadProvider;
import io.aetherkeep.catalogue.ProviderAsks.ReportOutcomes;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.catalogue.ProviderAsks.WriteProvider;
import io.aetherkeep.router.http.Problems;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers over HTTP: asks and answers. */
final class RouterProvidersTest {

  private static final String OPENAI = PROVIDERS + "/openai";
  private static final Outcome GOOD = new Outcome(true, 812L, null);
  private static final Outcome BAD = new Outcome(false, null, "timeout");

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  private final PublishedContract contract = PublishedContract.read();

  static ProviderHealth provider(String id) {
    String failed = "2026-11-21T04:01:45.551Z";
    return new ProviderHealth(
        id,
        Status.DISABLED,
        0.81,
        1204,
        failed,
        "timeout",
        148,
        5,
        1012L,
        4120L,
        9250L,
        "chat",
        "5 failures in a row",
        false,
        "2026-11-21T04:02:15.551Z",
        false,
        null);
  }

  private static ProviderHealth foreign() {
    return new ProviderHealth(
        "p",
        Status.HEALTHY,
        1,
        0,
        null,
        null,
        0,
        0,
        null,
        null,
        null,
        null,
        null,
        false,
        null,
        false,
        null);
  }

  private static Ask<?> asked() throws InterruptedException {
    return ROUTER.neighbour().asked();
  }

  private HttpResponse<String> answered(HttpResponse<String> answer, String schema) {
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(List.of("application/json"), answer.headers().allValues("content-type"));
    contract.holds(schema, answer.body());
    return answer;
  }

  @Test
  void record_isWhatTheContractSays() throws Exception {
    ROUTER.neighbour().answers(provider("openai"));
    String body = answered(ROUTER.get(OPENAI + "/health"), "ProviderHealth").body();
    assertTrue(body.startsWith("{\"providerId\":\"openai\",\"status\":\"disabled\","), body);
    assertEquals(new ReadProvider("council", "openai"), asked());
  }

  @Test
  void recordOfAnotherService_saysNullRatherThanNothing() throws Exception {
    ROUTER.neighbour().answers(foreign());
    String body = answered(ROUTER.get(OPENAI + "/health"), "ProviderHealth").body();
    assertTrue(body.contains("\"p50Latency\":null,"), body);
  }

  @Test
  void id_isDecoded() throws Exception {
    ROUTER.neighbour().answers(provider("a/b c"));
    ROUTER.get(PROVIDERS + "/a%2Fb%20c/health");
    assertEquals(new ReadProvider("council", "a/b c"), asked());
    ROUTER.get(PROVIDERS + "/gpt-4.1/health");
    assertEquals(new ReadProvider("council", "gpt-4.1"), asked());
  }

  @Test
  void list_isOfAllOrOfOneGroup() throws Exception {
    ROUTER.neighbour().answers(new ProviderList(List.of(foreign(), provider("b")), null));
    answered(ROUTER.get(PROVIDERS + "/health"), "ProviderList");
    assertEquals(new ListProviders("council", null), asked());
    answered(ROUTER.get(PROVIDERS + "/health?group=chat"), "ProviderList");
    assertEquals(new ListProviders("council", "chat"), asked());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"success\":true,\"latencyMs\":812}",
        "[{\"success\":true,\"latencyMs\":812}]",
        " \r\n\t[{\"success\":true,\"latencyMs\":812,\"error\":null}]\n"
      })
  void oneOutcome_isReportedAsOneOrInAnArray(String json) throws Exception {
    ROUTER.neighbour().answers(provider("openai"));
    answered(ROUTER.send(ROUTER.json("POST", OPENAI + "/outcomes", json)), "ProviderHealth");
    assertEquals(new ReportOutcomes("council", "openai", List.of(GOOD)), asked());
  }

  @Test
  void arrayAfterMuchWhiteSpace_isOne() throws Exception {
    ROUTER.neighbour().answers(provider("openai"));
    String json = " ".repeat(1000) + "[]";
    answered(ROUTER.send(ROUTER.json("POST", OPENAI + "/outcomes", json)), "ProviderHealth");
    assertEquals(new ReportOutcomes("council", "openai", List.of()), asked());
  }

  @Test
  void outcomes_areReportedInTheirOrder() throws Exception {
    ROUTER.neighbour().answers(provider("openai"));
    String json =
        "[{\"success\":false,\"error\":\"timeout\"},{\"success\":true,\"latencyMs\":812}]";
    answered(ROUTER.send(ROUTER.json("POST", OPENAI + "/outcomes", json)), "ProviderHealth");
    assertEquals(new ReportOutcomes("council", "openai", List.of(BAD, GOOD)), asked());
  }

  @Test
  void put_setsTheRecordOutright() throws Exception {
    ROUTER.neighbour().answers(provider("openai"));
    answered(
        ROUTER.send(ROUTER.put(OPENAI + "/health", "{\"status\":\"degraded\"}")), "ProviderHealth");
    assertEquals(
        new WriteProvider("council", "openai", Status.DEGRADED, null, null, null), asked());
    String all =
        "{\"status\":\"healthy\",\"successRate\":1,\"avgLatency\":2.5,\"lastFailure\":\"x\"}";
    answered(ROUTER.send(ROUTER.put(OPENAI + "/health", all)), "ProviderHealth");
    assertEquals(new WriteProvider("council", "openai", Status.HEALTHY, 1.0, 2.5, "x"), asked());
  }

  @Test
  void disable_takesAReasonAndATime() throws Exception {
    ROUTER.neighbour().answers(provider("openai"));
    ROUTER.send(ROUTER.json("POST", OPENAI + "/disable", "{\"reason\":\"r\"}"));
    assertEquals(new DisableProvider("council", "openai", "r", null), asked());
    answered(
        ROUTER.send(
            ROUTER.json("POST", OPENAI + "/disable", "{\"reason\":\"r\",\"forSeconds\":60}")),
        "ProviderHealth");
    assertEquals(new DisableProvider("council", "openai", "r", 60L), asked());
  }

  @Test
  void enable_needsNoBody() throws Exception {
    ROUTER.neighbour().answers(provider("openai"));
    answered(ROUTER.send("POST", OPENAI + "/enable"), "ProviderHealth");
    assertEquals(new EnableProvider("council", "openai", null, null), asked());
    for (String none : List.of("", "{}")) {
      answered(ROUTER.send(ROUTER.json("POST", OPENAI + "/enable", none)), "ProviderHealth");
      assertEquals(new EnableProvider("council", "openai", null, null), asked());
    }
  }

  /** Over HTTP/2 a body may come without a length. */
  @Test
  void enable_takesABodyOfUnknownLength() throws Exception {
    ROUTER.neighbour().answers(provider("openai"));
    for (String json : List.of("{\"reason\":\"r\",\"forSeconds\":60}", "")) {
      ROUTER.send(
          ROUTER
              .json("POST", OPENAI + "/enable", "")
              .POST(
                  BodyPublishers.ofByteArrays(
                      json.isEmpty()
                          // An empty chunk would end the body, and the client would end it twice.
                          ? List.of()
                          : List.of(json.getBytes(StandardCharsets.UTF_8)))));
      assertEquals(
          json.isEmpty()
              ? new EnableProvider("council", "openai", null, null)
              : new EnableProvider("council", "openai", "r", 60L),
          asked());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /health, PROVIDER_UNKNOWN",
    "GET, /health, UNREADABLE_VALUE",
    "GET, /health, REDIS_UNAVAILABLE",
    "POST, /enable, NOT_SERVING",
    "POST, /enable, INVALID_ID",
    "POST, /enable, INVALID_BODY",
    "POST, /enable, OVERLOADED"
  })
  void failureOfTheVerticle_isPassedOn(String method, String end, Code code) throws Exception {
    ROUTER.neighbour().fails(code, "What it said");
    ProblemDocument problem = ProblemDocument.in(ROUTER.send(method, OPENAI + end));
    assertEquals("What it said", problem.is(Problems.status(code), code.text()).detail());
  }
}
