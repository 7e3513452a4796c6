package io.aetherkeep.redis;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.store.RedisStore;
import io.aetherkeep.redis.target.Backoff;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetServer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A line during all faults of a Redis: it fails fast, and recovers by itself. */
class RedisLineFaultsTest {

  private static final Space SPACE = new Space("test", "", Dialect.ANY, 1 << 20, Map.of());
  private static final int MOST_IN_FLIGHT = 64;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private EmbeddedRedis redis = EmbeddedRedis.start(EmbeddedRedis.options());
  private RedisLine line;

  @BeforeEach
  void open() throws Exception {
    line = opened(patient());
  }

  private RedisLine opened(RedisTarget target) throws Exception {
    RedisLine opened = await(RedisAccess.open(vertx, 1, Map.of(SPACE, target))).line(SPACE);
    await().until(() -> !opened.isUnavailable("any"));
    return opened;
  }

  private RedisTarget patient() {
    RedisTarget patient = PatientTarget.of(redis.url(), 0);
    return new RedisTarget(
        patient.url(),
        0,
        patient.timeout(),
        patient.connectTimeout(),
        MOST_IN_FLIGHT,
        patient.retry());
  }

  /** Uses short deadlines, for tests in which the server freezes. */
  private void openImpatiently() throws Exception {
    line = opened(impatient());
  }

  private RedisTarget impatient() {
    return new RedisTarget(
        redis.url(),
        0,
        Duration.ofMillis(200),
        Duration.ofMillis(500),
        MOST_IN_FLIGHT,
        Backoff.between(Duration.ofMillis(10), Duration.ofMillis(100)));
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    signal("CONT");
    redis.close();
  }

  private void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, "" + redis.pid()).start().waitFor();
  }

  private void restart() {
    redis = EmbeddedRedis.start(EmbeddedRedis.options().withPort(redis.port()));
  }

  private Future<Response> echo(String text) {
    return line.send(Request.cmd(Command.ECHO).arg(text));
  }

  /** The reply, or the code of the failure. */
  private static String outcome(Future<Response> future) throws Exception {
    try {
      return String.valueOf(await(future));
    } catch (ExecutionException e) {
      return Failure.from(e.getCause()).code().text();
    }
  }

  private void awaitHealed() {
    await().atMost(30, TimeUnit.SECONDS).until(() -> outcome(echo("healed")).equals("healed"));
  }

  @Test
  void aKilledServer_failsAtOnceAndIsFoundAgain() throws Exception {
    redis.kill();
    await().until(() -> outcome(echo("x")).equals(Code.REDIS_UNAVAILABLE.text()));
    restart();
    awaitHealed();
  }

  @Test
  void aFrozenServer_failsCommandsAtTheirDeadlineAndMixesNothingUp() throws Exception {
    openImpatiently();
    signal("STOP");
    assertEquals(Code.REDIS_UNAVAILABLE.text(), outcome(echo("late")));
    assertEquals(Code.REDIS_UNAVAILABLE.text(), outcome(echo("refused")));
    signal("CONT");
    for (int i = 0; i < 2000; i++) {
      String text = "after-" + i;
      String outcome = outcome(echo(text));
      assertTrue(
          outcome.equals(text) || outcome.equals(Code.REDIS_UNAVAILABLE.text()),
          () -> outcome + " to " + text);
    }
    awaitHealed();
  }

  @Test
  void aServerFrozenForLong_isDialledAnew() throws Exception {
    openImpatiently();
    signal("STOP");
    assertEquals(Code.REDIS_UNAVAILABLE.text(), outcome(echo("late")));
    await().until(() -> failure(echo("x")).detail().contains("no answer"));
    signal("CONT");
    awaitHealed();
  }

  private static Failure failure(Future<Response> future) throws Exception {
    try {
      await(future);
      return Failure.of(Code.INTERNAL, "it succeeded");
    } catch (ExecutionException e) {
      return Failure.from(e.getCause());
    }
  }

  @Test
  void moreThanMayWait_areRefusedAndNoneIsForgotten() throws Exception {
    openImpatiently();
    signal("STOP");
    // All are sent in one turn of the event loop, before the deadline of the first.
    Promise<List<Future<Response>>> all = Promise.promise();
    vertx.runOnContext(
        turn ->
            all.complete(
                IntStream.range(0, 3 * MOST_IN_FLIGHT).mapToObj(i -> echo("" + i)).toList()));
    int overloaded = 0;
    for (Future<Response> each : await(all.future())) {
      String outcome = outcome(each);
      overloaded += outcome.equals(Code.OVERLOADED.text()) ? 1 : 0;
      assertTrue(
          outcome.equals(Code.OVERLOADED.text()) || outcome.equals(Code.REDIS_UNAVAILABLE.text()),
          outcome);
    }
    assertEquals(2 * MOST_IN_FLIGHT, overloaded);
    signal("CONT");
    awaitHealed();
  }

  @Test
  void readsThatExceedTheLimitTogether_areRefusedAsOverload() throws Exception {
    signal("STOP");
    Request ping = Request.cmd(Command.PING);
    Promise<Future<List<Response>>> reading = Promise.promise();
    vertx.runOnContext(
        turn -> {
          for (int i = 1; i < MOST_IN_FLIGHT; i++) {
            echo("" + i);
          }
          reading.complete(line.read(ping, ping, ping));
        });
    Future<List<Response>> read = await(reading.future());
    assertEquals(Code.OVERLOADED.text(), outcome(read.map(answers -> answers.get(0))));
    signal("CONT");
    awaitHealed();
  }

  @Test
  void moreReadsThanTheLimit_areAnsweredInOrder() throws Exception {
    List<String> texts = IntStream.range(0, 3 * MOST_IN_FLIGHT).mapToObj(i -> "" + i).toList();
    Request[] echoes =
        texts.stream().map(text -> Request.cmd(Command.ECHO).arg(text)).toArray(Request[]::new);
    List<Response> answers = await(line.read(echoes));
    assertEquals(texts, answers.stream().map(Response::toString).toList());
  }

  @Test
  void connectionsCutUnderLoad_answerEveryCommandWithItsOwnOrWithAFailure() throws Exception {
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      for (int round = 0; round < 20; round++) {
        List<Future<Response>> all = new ArrayList<>();
        for (int i = 0; i < MOST_IN_FLIGHT / 2; i++) {
          all.add(echo(round + "-" + i));
        }
        foreign.send("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        for (int i = 0; i < all.size(); i++) {
          String outcome = outcome(all.get(i));
          assertTrue(
              outcome.equals(round + "-" + i) || outcome.equals(Code.REDIS_UNAVAILABLE.text()),
              outcome);
        }
      }
    }
    awaitHealed();
  }

  @Test
  void connectionsCutUnderLoad_failReadsAsUnavailable() throws Exception {
    await(line.send(Request.cmd(Command.SET).arg("text").arg("2")));
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      for (int round = 0; round < 20; round++) {
        List<Future<List<Response>>> all = new ArrayList<>();
        for (int i = 0; i < MOST_IN_FLIGHT / 4; i++) {
          Request get = Request.cmd(Command.GET).arg("text");
          all.add(line.read(get, Request.cmd(Command.PTTL).arg("text")));
        }
        foreign.send("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        for (Future<List<Response>> each : all) {
          String outcome = outcome(each.map(answers -> answers.get(0)));
          assertTrue(outcome.equals("2") || outcome.equals(Code.REDIS_UNAVAILABLE.text()), outcome);
        }
      }
    }
    awaitHealed();
  }

  @Test
  void aServerThatIsBusyWithAScript_isUnavailableForReadsToo() throws Exception {
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      foreign.send("CONFIG", "SET", "busy-reply-threshold", "1");
    }
    Thread busy =
        new Thread(
            () -> {
              try (ForeignClient foreign = new ForeignClient(redis.port())) {
                foreign.send("EVAL", "while true do end", "0");
              }
            });
    busy.start();
    Request get = Request.cmd(Command.GET).arg("text");
    await()
        .atMost(30, TimeUnit.SECONDS)
        .until(
            () ->
                outcome(line.read(get, get).map(answers -> answers.get(0)))
                    .equals(Code.REDIS_UNAVAILABLE.text()));
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      foreign.send("SCRIPT", "KILL");
    }
    busy.join();
    awaitHealed();
  }

  @Test
  void aLineThatWasLateOnce_isUsedAgainOnceAPingCameBack() throws Exception {
    openImpatiently();
    signal("STOP");
    Future<Response> late = echo("late");
    assertEquals(Code.REDIS_UNAVAILABLE.text(), outcome(late));
    assertTrue(line.isUnavailable("any"));
    signal("CONT");
    await().atMost(30, TimeUnit.SECONDS).until(() -> !line.isUnavailable("any"));
    awaitHealed();
  }

  @Test
  void aRestartedServer_isGivenTheScriptsThatItLost() throws Exception {
    RedisScript script = RedisScript.beside(RedisStore.class, "write.lua");
    RedisScript.Call call =
        RedisScript.call().key("a").key("b").arg("string").arg(0).arg("").arg(0).arg("any").arg(0);
    assertEquals("1", String.valueOf(await(line.run(script, call))));
    redis.kill();
    restart();
    awaitHealed();
    assertEquals("1", String.valueOf(await(line.run(script, call))));
  }

  @Test
  void read_givesEachAskerItsOwnAndLetsNoErrorSpread() throws Exception {
    await(line.send(Request.cmd(Command.HSET).arg("hash").arg("field").arg("1")));
    await(line.send(Request.cmd(Command.SET).arg("text").arg("2")));
    Future<List<Response>> bad = line.read(Request.cmd(Command.GET).arg("hash"));
    Future<List<Response>> good =
        line.read(Request.cmd(Command.GET).arg("text"), Request.cmd(Command.GET).arg("absent"));
    List<Response> answers = await(good);
    assertEquals("2", answers.get(0).toString());
    assertEquals(2, answers.size());
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> await(bad));
    assertTrue(thrown.getCause().getMessage().contains("unreadable-value"), thrown::toString);
  }

  @Test
  void open_doesNotWaitForAServer() throws Exception {
    redis.close();
    Vertx other = Vertx.vertx();
    try {
      RedisLine early = await(RedisAccess.open(other, 1, Map.of(SPACE, patient()))).line(SPACE);
      assertEquals(Code.REDIS_UNAVAILABLE.text(), outcome(early.send(Request.cmd(Command.PING))));
      restart();
      await()
          .atMost(30, TimeUnit.SECONDS)
          .until(() -> outcome(early.send(Request.cmd(Command.PING))).equals("PONG"));
    } finally {
      await(other.close());
    }
  }

  /** A server that never answers, or speaks another protocol. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatSpeaksNoRedis_isSaidInOurWords(boolean closes) throws Exception {
    Vertx other = Vertx.vertx();
    try {
      NetServer odd = other.createNetServer();
      odd.connectHandler(
          socket -> {
            if (closes) {
              socket.handler(any -> socket.close());
            }
          });
      int port = await(odd.listen(0, "127.0.0.1")).actualPort();
      RedisTarget target = (closes ? patient() : impatient()).withAuthority("127.0.0.1:" + port, 0);
      RedisLine line = await(RedisAccess.open(other, 1, Map.of(SPACE, target))).line(SPACE);
      assertEquals(
          closes ? "it closed the connection without an answer" : "no connection within 500 ms",
          line.route().unavailableReason());
    } finally {
      await(other.close());
    }
  }

  @Test
  void aServerThatFreezesWhileItIsProbed_isNotUsed() throws Exception {
    Vertx other = Vertx.vertx();
    try {
      AtomicReference<RedisLine> line = new AtomicReference<>();
      List<Boolean> unavailable = new CopyOnWriteArrayList<>();
      NetServer freezing = other.createNetServer();
      freezing.connectHandler(
          socket -> {
            if (line.get() != null) {
              unavailable.add(line.get().isUnavailable("any"));
            }
            socket.handler(
                command -> {
                  if (command.toString().contains("\neval\r")) {
                    socket.handler(rest -> {});
                  } else {
                    socket.write("+OK\r\n");
                  }
                });
          });
      int port = await(freezing.listen(0, "127.0.0.1")).actualPort();
      RedisTarget target = impatient().withAuthority("127.0.0.1:" + port, 0);
      line.set(await(RedisAccess.open(other, 1, Map.of(SPACE, target))).line(SPACE));
      await().atMost(30, TimeUnit.SECONDS).until(() -> unavailable.size() > 2);
      assertFalse(unavailable.contains(false), unavailable::toString);
    } finally {
      await(other.close());
    }
  }

  @Test
  void aPassword_isUsedAndNeverShown() throws Exception {
    EmbeddedRedis guarded = EmbeddedRedis.start(EmbeddedRedis.options());
    try (ForeignClient foreign = new ForeignClient(guarded.port())) {
      foreign.send("CONFIG", "SET", "requirepass", "s3cr@t");
    }
    try {
      String url = "redis://:s3cr%40t@127.0.0.1:" + guarded.port();
      RedisTarget right = PatientTarget.of(url, 3);
      assertFalse(right.toString().contains("s3cr"));
      Vertx other = Vertx.vertx();
      RedisLine open = await(RedisAccess.open(other, 1, Map.of(SPACE, right))).line(SPACE);
      assertEquals("PONG", outcome(open.send(Request.cmd(Command.PING))));
      RedisTarget wrong = PatientTarget.of(url.replace("s3", "s4"), 3);
      RedisLine shut = await(RedisAccess.open(other, 1, Map.of(SPACE, wrong))).line(SPACE);
      Failure failure = failure(shut.send(Request.cmd(Command.PING)));
      assertEquals(Code.REDIS_UNAVAILABLE, failure.code());
      assertFalse(failure.detail().contains("s4cr"), failure.detail());
      await(other.close());
    } finally {
      guarded.close();
    }
  }

  @Test
  void close_leavesNoConnection() throws Exception {
    await(vertx.close());
    try (ForeignClient foreign = new ForeignClient(redis.port())) {
      await().until(() -> foreign.text("CLIENT", "LIST").lines().count() == 1);
    }
  }
}
