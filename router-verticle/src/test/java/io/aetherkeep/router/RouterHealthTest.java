package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.HealthAsks.Check;
import io.aetherkeep.catalogue.HealthAsks.Health;
import io.aetherkeep.catalogue.HealthAsks.HealthStatus;
import io.aetherkeep.catalogue.HealthAsks.Latency;
import io.aetherkeep.catalogue.HealthAsks.ReadLiveness;
import io.aetherkeep.catalogue.HealthAsks.ReadReadiness;
import io.aetherkeep.catalogue.HealthAsks.ReadRedisHealth;
import io.aetherkeep.catalogue.HealthAsks.RedisHealth;
import io.aetherkeep.catalogue.HealthAsks.RedisMasterState;
import io.aetherkeep.catalogue.HealthAsks.RedisServerState;
import io.aetherkeep.catalogue.HealthAsks.RedisState;
import io.aetherkeep.catalogue.HealthAsks.RunSelfTest;
import io.aetherkeep.catalogue.HealthAsks.SelfTest;
import io.aetherkeep.catalogue.HealthAsks.SelfTestStep;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health over HTTP: the status has the result, the body the reason. */
final class RouterHealthTest {

  private static final String LIVE = "/health/live";
  private static final String READY = "/health/ready";
  private static final String SELF_TEST = "/health/redis/selftest";
  private static final Check WELL = new Check("redis/council", HealthStatus.UP, null);
  private static final Check ILL = new Check("redis/content", HealthStatus.DOWN, "frozen");
  private static final String WELL_JSON = "{\"id\":\"redis/council\",\"status\":\"UP\"}";

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  private final PublishedContract contract = PublishedContract.read();

  private String answered(int status, String schema, HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), answer.body());
    assertEquals(List.of("application/json"), answer.headers().allValues("content-type"));
    assertEquals(List.of("no-store"), answer.headers().allValues("cache-control"));
    contract.holds(schema, answer.body());
    return answer.body();
  }

  @ParameterizedTest
  @ValueSource(strings = {LIVE, READY})
  void up_is200AndNamesItsPartsWhenAskedTo(String address) throws Exception {
    ROUTER.neighbour().answers(Health.of(List.of(WELL)));
    assertEquals("{\"status\":\"UP\",\"checks\":[]}", answered(200, "Health", ROUTER.get(address)));
    for (String verbose : List.of("?verbose", "?verbose=", "?verbose=1", "?a=b&verbose=true")) {
      assertEquals(
          "{\"status\":\"UP\",\"checks\":[" + WELL_JSON + "]}",
          answered(200, "Health", ROUTER.get(address + verbose)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {LIVE, READY, LIVE + "?verbose", READY + "?verbose"})
  void down_is503AndAlwaysNamesItsParts(String address) throws Exception {
    ROUTER.neighbour().answers(Health.of(List.of(WELL, ILL)));
    assertEquals(
        "{\"status\":\"DOWN\",\"checks\":["
            + WELL_JSON
            + ",{\"id\":\"redis/content\",\"status\":\"DOWN\",\"reason\":\"frozen\"}]}",
        answered(503, "Health", ROUTER.get(address)));
  }

  @ParameterizedTest
  @ValueSource(strings = {LIVE, READY})
  void whoCannotBeAsked_isDown(String address) throws Exception {
    ROUTER.neighbour().fails(Code.DEADLINE_EXCEEDED, "No answer within the deadline");
    assertEquals(
        "{\"status\":\"DOWN\",\"checks\":[{\"id\":\"bus\",\"status\":\"DOWN\","
            + "\"reason\":\"deadline-exceeded\"}]}",
        answered(503, "Health", ROUTER.get(address)));
  }

  @Test
  void eachProbe_asksItsOwn() throws Exception {
    ROUTER.neighbour().answers(Health.of(List.of()));
    ROUTER.get(LIVE);
    assertEquals(new ReadLiveness(), ROUTER.neighbour().asked());
    ROUTER.get(READY);
    assertEquals(new ReadReadiness(), ROUTER.neighbour().asked());
  }

  private static RedisState up() {
    return new RedisState(
        "council",
        "redis://127.0.0.1:6379/1",
        HealthStatus.UP,
        null,
        "2026-11-21T04:01:45.551Z",
        new Latency(0.4, 0.9, 2.1, 4.7, 240),
        -3,
        new RedisServerState(
            "7.0.15", "master", 9, 1, 0, "noeviction", 0, 3, 0, 4, null, 0, null, "", 0, null),
        List.of(
            new RedisMasterState(
                "127.0.0.1:6379", 5461, List.of("0-5460"), HealthStatus.DOWN, "frozen")),
        18233,
        0,
        1,
        List.of("it is loading its data"),
        "2026-11-21T04:01:40.000Z",
        Map.of("session", 2L),
        Map.of(),
        List.of());
  }

  private static RedisState down() {
    return new RedisState(
        "content",
        "redis://h:1/0",
        HealthStatus.DOWN,
        "frozen",
        null,
        null,
        0,
        null,
        null,
        7,
        3,
        0,
        List.of(),
        null,
        null,
        null,
        null);
  }

  @Test
  void redis_is200WhateverItsState() throws Exception {
    for (RedisState state : List.of(up(), down())) {
      ROUTER.neighbour().answers(new RedisHealth(state.status(), List.of(state)));
      answered(200, "RedisHealth", ROUTER.get("/health/redis"));
      assertEquals(new ReadRedisHealth(), ROUTER.neighbour().asked());
    }
  }

  @Test
  void redisThatIsDown_saysNoMoreThanIsKnown() throws Exception {
    ROUTER.neighbour().answers(new RedisHealth(HealthStatus.DOWN, List.of(down())));
    assertEquals(
        "{\"status\":\"DOWN\",\"spaces\":[{\"space\":\"content\",\"address\":\"redis://h:1/0\","
            + "\"status\":\"DOWN\",\"reason\":\"frozen\",\"clockSkewMs\":0,\"sent\":7,\"refused\":3,"
            + "\"waiting\":0,\"warnings\":[]}]}",
        ROUTER.get("/health/redis").body());
  }

  @Test
  void selfTest_is200WhenAllWorksAnd503WhenNot() throws Exception {
    SelfTestStep good = new SelfTestStep("council", "string", true, 0.62, null);
    SelfTestStep bad = new SelfTestStep("council", "script", false, 0.5, "NOPERM");
    ROUTER.neighbour().answers(new SelfTest(HealthStatus.UP, List.of(good)));
    answered(200, "SelfTest", ROUTER.send("POST", SELF_TEST));
    assertEquals(new RunSelfTest(), ROUTER.neighbour().asked());
    ROUTER.neighbour().answers(new SelfTest(HealthStatus.DOWN, List.of(good, bad)));
    answered(503, "SelfTest", ROUTER.send("POST", SELF_TEST));
  }

  @Test
  void redisOrSelfTestThatCannotBeAsked_isAProblem() throws Exception {
    ROUTER
        .neighbour()
        .fails(
            Code.NOT_SERVING, "This is not answered at the moment, such as while the node starts");
    ProblemDocument.in(ROUTER.get("/health/redis")).is(503, "not-serving");
    ProblemDocument.in(ROUTER.send("POST", SELF_TEST)).is(503, "not-serving");
  }
}
