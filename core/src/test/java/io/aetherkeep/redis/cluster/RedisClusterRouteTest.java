package io.aetherkeep.redis.cluster;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.embedded.EmbeddedCluster;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisClusterExtension;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A line to a cluster of three masters: callers see one Redis across all slots. */
@ExtendWith(RedisClusterExtension.class)
@Timeout(120)
class RedisClusterRouteTest {

  private static final Space SPACE = new Space("test", "", Dialect.ANY, 1 << 20, Map.of());
  private static final RedisScript ELSEWHERE =
      RedisScript.beside(RedisClusterRouteTest.class, "elsewhere.lua");

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private EmbeddedCluster cluster;
  private RedisAccess access;
  private RedisLine line;

  @BeforeEach
  void open(EmbeddedCluster cluster) throws Exception {
    this.cluster = cluster;
    open(cluster, 0);
  }

  private void open(EmbeddedCluster those, int database) throws Exception {
    access = await(RedisAccess.openSupported(vertx, 1, Map.of(SPACE, target(those, database))));
    line = access.line(SPACE);
  }

  private static RedisTarget target(EmbeddedCluster those, int database) {
    return PatientTarget.of("redis://cluster", database)
        .in(List.of(new RedisAddress("127.0.0.1", those.port(0))));
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private static Failure failure(Future<?> future) {
    return Failure.from(assertThrows(ExecutionException.class, () -> await(future)).getCause());
  }

  private Future<Response> set(String key, String value) {
    return line.send(Request.cmd(Command.SET).arg(key).arg(value));
  }

  private static List<String> keys(int many) {
    return IntStream.range(0, many).mapToObj(i -> "key:" + i).toList();
  }

  private void setAll(List<String> keys) throws Exception {
    await(Future.all(keys.stream().map(key -> set(key, "of " + key)).toList()));
  }

  private static Request on(Command command, List<String> keys) {
    Request request = Request.cmd(command);
    keys.forEach(request::arg);
    return request;
  }

  @Test
  void aThousandKeys_areWrittenAndReadInOrder() throws Exception {
    List<String> keys = keys(1000);
    setAll(keys);
    Response values = await(line.send(on(Command.MGET, keys)));
    for (int i = 0; i < keys.size(); i++) {
      assertEquals("of " + keys.get(i), values.get(i).toString());
    }
    assertNull(await(line.send(on(Command.MGET, List.of("none", "key:1")))).get(0));
  }

  @Test
  void whatIsReadTogether_isAnsweredInOrder() throws Exception {
    List<String> keys = keys(100);
    setAll(keys);
    Request[] reads =
        keys.stream().map(key -> Request.cmd(Command.GET).arg(key)).toArray(Request[]::new);
    List<Response> values = await(line.read(reads));
    for (int i = 0; i < keys.size(); i++) {
      assertEquals("of " + keys.get(i), values.get(i).toString());
    }
  }

  @Test
  void keysOfManySlots_areCountedAndRemoved() throws Exception {
    List<String> keys = keys(50);
    setAll(keys);
    assertEquals(50, await(line.send(on(Command.EXISTS, keys))).toLong());
    assertEquals(50, await(line.send(on(Command.UNLINK, keys))).toLong());
    assertEquals(0, await(line.send(on(Command.EXISTS, keys))).toLong());
  }

  @Test
  void aScanOfAllMasters_findsEachKeyOnce() throws Exception {
    List<String> keys = keys(1000);
    setAll(keys);
    List<String> found = new ArrayList<>();
    String cursor = "0";
    do {
      Response page =
          await(line.send(Request.cmd(Command.SCAN).arg(cursor).arg("MATCH").arg("key:*")));
      page.get(1).forEach(key -> found.add(key.toString()));
      cursor = page.get(0).toString();
    } while (!cursor.equals("0"));
    assertEquals(Set.copyOf(keys), Set.copyOf(found));
    assertEquals(1000, found.size());
  }

  @Test
  void aScript_runsWhereItsKeysAre_andNotOverSlots() throws Exception {
    setAll(List.of("b", "c"));
    for (String key : List.of("b", "c")) {
      RedisScript.Call call = RedisScript.call().key(key).arg(key);
      assertEquals("of " + key, await(line.run(ELSEWHERE, call)).toString());
      assertEquals("of " + key, await(line.read(ELSEWHERE, call)).toString());
    }
    Failure over = failure(line.run(ELSEWHERE, RedisScript.call().key("b").key("c").arg("b")));
    assertEquals(Code.REDIS_MISCONFIGURED, over.code());
    assertTrue(RedisScript.spansSlots(over));
  }

  @Test
  void anIdWithABrace_isRefusedWhereItTearsKeysApart() {
    RedisScript.Call torn = RedisScript.call().key("a:{x}").key("note:{a:{x}}").arg("a:{x}");
    assertEquals(Code.INVALID_ID, failure(line.run(ELSEWHERE, torn)).code());
  }

  @Test
  void theServerOfAKey_isFoundByTheKey() {
    assertNotEquals("", line.serverRun("b"));
    assertNotEquals(line.serverRun("b"), line.serverRun("c"));
  }

  /** The number of error replies of a kind that a server has given. */
  private static int refusals(ForeignClient server, String kind) {
    Matcher count =
        Pattern.compile("errorstat_" + kind + ":count=(\\d+)")
            .matcher(server.text("INFO", "errorstats"));
    return count.find() ? Integer.parseInt(count.group(1)) : 0;
  }

  @Test
  void aSlotThatMoves_answersAllTheWhile() throws Exception {
    try (EmbeddedCluster own = EmbeddedCluster.start(EmbeddedCluster.options());
        ForeignClient from = new ForeignClient(own.port(0));
        ForeignClient to = new ForeignClient(own.port(1))) {
      open(own, 0);
      setAll(List.of("{b}1", "{b}2"));
      String slot = String.valueOf(RedisSlots.of("b"));
      String source = from.text("CLUSTER", "MYID");
      String aim = to.text("CLUSTER", "MYID");
      to.send("CLUSTER", "SETSLOT", slot, "IMPORTING", source);
      from.send("CLUSTER", "SETSLOT", slot, "MIGRATING", aim);
      from.send("MIGRATE", "127.0.0.1", String.valueOf(own.port(1)), "{b}2", "0", "5000");
      assertEquals("of {b}1", await(line.send(on(Command.GET, List.of("{b}1")))).toString());
      assertEquals("of {b}2", await(line.send(on(Command.GET, List.of("{b}2")))).toString());
      List<Response> both =
          await(line.read(on(Command.GET, List.of("{b}1")), on(Command.GET, List.of("{b}2"))));
      assertEquals("of {b}2", both.get(1).toString());
      Future<Response> split = line.send(on(Command.MGET, List.of("{b}1", "{b}2")));
      Future<Response> absent = line.send(on(Command.MGET, List.of("{b}2", "{b}3")));
      // More often than a command follows redirects without a pause.
      await().until(() -> absent.isComplete() || refusals(to, "TRYAGAIN") > 10);
      from.send("MIGRATE", "127.0.0.1", String.valueOf(own.port(1)), "{b}1", "0", "5000");
      to.send("CLUSTER", "SETSLOT", slot, "NODE", aim);
      from.send("CLUSTER", "SETSLOT", slot, "NODE", aim);
      assertEquals("of {b}1", await(split).get(0).toString());
      assertEquals("of {b}2", await(absent).get(0).toString());
      assertEquals("of {b}1", await(line.send(on(Command.GET, List.of("{b}1")))).toString());
    }
  }

  @Test
  void aDeadMaster_takesItsSlotsOnly_andItsReplicaBringsThemBack() throws Exception {
    try (EmbeddedCluster own = EmbeddedCluster.start(EmbeddedCluster.options().withReplicas(1))) {
      open(own, 0);
      setAll(List.of("b", "c"));
      assertNull(access.degradedReason(SPACE));
      own.kill(0);
      await().atMost(30, TimeUnit.SECONDS).until(() -> access.degradedReason(SPACE) != null);
      assertTrue(line.isUnavailable("b"));
      assertFalse(line.isUnavailable("c"));
      assertEquals(Code.REDIS_UNAVAILABLE, failure(set("b", "2")).code());
      await(set("c", "2"));
      await().atMost(60, TimeUnit.SECONDS).until(() -> access.degradedReason(SPACE) == null);
      await(set("b", "3"));
      assertEquals("3", await(line.send(on(Command.GET, List.of("b")))).toString());
    }
  }

  @Test
  void aDatabaseThatAClusterHasNot_isRefusedWithWhatToSet() throws Exception {
    open(cluster, 1);
    String why = String.valueOf(access.unsupported(SPACE));
    assertTrue(why.contains("database to 0"), why);
  }
}
