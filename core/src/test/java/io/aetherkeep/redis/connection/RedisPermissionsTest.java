package io.aetherkeep.redis.connection;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A script that Redis would abort halfway is not started. */
class RedisPermissionsTest {

  private static final Space SPACE = new Space("test", "", Dialect.ANY, 1 << 20, Map.of());
  private static final RedisScript SCRIPT =
      RedisScript.beside(RedisPermissionsTest.class, "half.lua");

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
  private ForeignClient foreign;

  @BeforeEach
  void connect() {
    foreign = new ForeignClient(redis.port());
    foreign.send("ACL", "SETUSER", "poor", "on", ">word", "~*", "&*", "+@all");
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    foreign.close();
    redis.close();
  }

  private RedisAccess open() throws Exception {
    String url = "redis://poor:word@127.0.0.1:" + redis.port();
    return await(RedisAccess.open(vertx, 1, Map.of(SPACE, PatientTarget.of(url, 0))));
  }

  private static Future<?> run(RedisAccess access) {
    return access.line(SPACE).run(SCRIPT, RedisScript.call().key("a").key("b"));
  }

  private static void assertDenied(String command, RedisAccess access) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> await(run(access)));
    Failure failure = Failure.from(thrown.getCause());
    assertEquals(Code.REDIS_MISCONFIGURED, failure.code());
    assertEquals(
        "Redis denies the command " + command + " to this user (NOPERM)", failure.detail());
  }

  @Test
  void whatIsDeniedAtTheStart_isKnownAndNothingIsWritten() throws Exception {
    foreign.send("ACL", "SETUSER", "poor", "-hset", "-publish", "-restore");
    RedisAccess access = open();
    assertEquals(Set.of("HSET", "PUBLISH", "RESTORE"), access.denied(SPACE));
    assertDenied("HSET", access);
    assertEquals(0, foreign.number("DBSIZE"));
  }

  @Test
  void allThatIsAllowed_isNotDeniedAndLeavesNothing() throws Exception {
    assertEquals(Set.of(), open().denied(SPACE));
    assertEquals(0, foreign.number("DBSIZE"));
    assertTrue(
        foreign.send("INFO", "errorstats").toString().lines().noneMatch(l -> l.contains("WRONG")));
  }

  @Test
  void whatIsDeniedLater_isNamedAndThenRefusedUntilItIsAllowed() throws Exception {
    RedisAccess access = open();
    foreign.send("ACL", "SETUSER", "poor", "-hset");
    assertDenied("HSET", access);
    foreign.send("DEL", "a");
    assertDenied("HSET", access);
    assertEquals(0, foreign.number("EXISTS", "a"));
    foreign.send("ACL", "SETUSER", "poor", "+hset");
    await(run(access));
    assertEquals(2, foreign.number("EXISTS", "a", "b"));
    assertEquals(Set.of(), access.denied(SPACE));
  }

  @Test
  void whatIsAllowedAgain_isNoticedThoughNobodyNeedsIt() throws Exception {
    foreign.send("ACL", "SETUSER", "poor", "-hset");
    RedisAccess access = open();
    foreign.send("ACL", "SETUSER", "poor", "+hset");
    Awaitility.await().until(() -> access.denied(SPACE).isEmpty());
  }

  @Test
  void userWithoutAChannel_isDeniedToPublish() throws Exception {
    foreign.send("ACL", "SETUSER", "poor", "resetchannels");
    assertEquals(Set.of("PUBLISH"), open().denied(SPACE));
  }
}
