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
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A refusal of Redis names the command, and is not reported as a bug. */
class RedisErrorsTest {

  private static final Space SPACE = new Space("test", "", Dialect.ANY, 1 << 20, Map.of());
  private static final RedisScript SCRIPT = RedisScript.beside(RedisErrorsTest.class, "denied.lua");

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
  private ForeignClient foreign;
  private RedisLine line;

  @BeforeEach
  void open() throws Exception {
    foreign = new ForeignClient(redis.port());
    foreign.send(
        "ACL", "SETUSER", "poor", "on", ">word", "~a*", "&*", "+@all", "-set", "-incr", "-getex");
    String url = "redis://poor:word@127.0.0.1:" + redis.port();
    line = await(RedisAccess.open(vertx, 1, Map.of(SPACE, PatientTarget.of(url, 0)))).line(SPACE);
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    foreign.close();
    redis.close();
  }

  private static void assertFails(Code code, String detail, Future<?> future) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> await(future));
    Failure failure = Failure.from(thrown.getCause());
    assertEquals(code, failure.code(), failure::detail);
    assertTrue(failure.detail().contains(detail), failure::detail);
  }

  private Future<?> run(String key, String what) {
    return line.run(SCRIPT, RedisScript.call().key(key).arg(what));
  }

  @Test
  void aDeniedCommand_isNamed() {
    assertFails(
        Code.REDIS_MISCONFIGURED,
        "the command GETEX to this user",
        line.send(Request.cmd(Command.GETEX).arg("a")));
    assertFails(
        Code.REDIS_MISCONFIGURED,
        "the command GET to this user",
        line.send(Request.cmd(Command.GET).arg("b")));
  }

  @Test
  void aDeniedCommandInAScript_isNamed() {
    assertFails(Code.REDIS_MISCONFIGURED, "the command SET to this user", run("a", "write"));
  }

  @Test
  void anUnknownCommand_isNamedWithoutItsArguments() {
    assertFails(
        Code.REDIS_MISCONFIGURED,
        "the command NOPE (ERR)",
        line.send(Request.cmd(Command.create("NOPE")).arg("secret")));
  }

  @Test
  void whatOthersStoredInAnotherForm_isUnreadable() {
    foreign.send("HSET", "ah", "n", "many");
    assertFails(
        Code.UNREADABLE_VALUE, "another type", line.send(Request.cmd(Command.GET).arg("ah")));
    assertFails(Code.UNREADABLE_VALUE, "not the number", run("ah", "count"));
    foreign.send("SET", "as", "1");
    assertFails(Code.UNREADABLE_VALUE, "another type", run("as", "count"));
  }

  @Test
  void aFaultOfAScript_isAFault() {
    assertFails(Code.INTERNAL, "", run("a", "fault"));
  }

  @Test
  void aDeniedRead_failsNoOtherReadOfItsTurn() throws Exception {
    foreign.send("SET", "a1", "one");
    Future<?> denied = line.read(Request.cmd(Command.GET).arg("b1"));
    Future<String> other =
        line.read(Request.cmd(Command.GET).arg("a1"), Request.cmd(Command.GET).arg("a1"))
            .map(replies -> String.valueOf(replies.get(1)));
    assertFails(Code.REDIS_MISCONFIGURED, "the command GET", denied);
    assertEquals("one", await(other));
  }

  @Test
  void aServerThatRefusesWrites_answersTheOtherReadsOfATurn() throws Exception {
    foreign.send("ACL", "SETUSER", "poor", "+getex");
    foreign.send("SET", "a1", "one");
    foreign.send("CONFIG", "SET", "min-replicas-to-write", "1");
    Future<?> refused = line.read(Request.cmd(Command.GETEX).arg("a1").arg("PX").arg("1000"));
    Future<String> other =
        line.read(Request.cmd(Command.GET).arg("a1"), Request.cmd(Command.GET).arg("a1"))
            .map(replies -> String.valueOf(replies.get(1)));
    assertFails(Code.REDIS_UNAVAILABLE, "NOREPLICAS", refused);
    assertEquals("one", await(other));
  }

  @Test
  void aFullServer_isUnavailable() {
    foreign.send("ACL", "SETUSER", "poor", "+set");
    foreign.send("CONFIG", "SET", "maxmemory", "1");
    for (Future<?> full :
        List.of(
            line.send(Request.cmd(Command.SET).arg("a").arg("1")),
            run("a", "write"),
            run("a", "rethrow"),
            run("a", "rethrow-placed"))) {
      assertFails(Code.REDIS_UNAVAILABLE, "OOM", full);
    }
  }
}
