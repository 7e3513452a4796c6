package io.aetherkeep.health.redis;

import io.aetherkeep.catalogue.HealthAsks.HealthStatus;
import io.aetherkeep.catalogue.HealthAsks.RunSelfTest;
import io.aetherkeep.catalogue.HealthAsks.SelfTest;
import io.aetherkeep.catalogue.HealthAsks.SelfTestStep;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.redis.subscription.RedisSubscriptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Self-test of Redis: runs every class of operation on keys of its own. Each key gets its expiry in
 * the command that creates it or in the next, so that an aborted test leaves no keys behind.
 */
public final class RedisSelfTest {

  private static final RedisScript SCRIPT = RedisScript.beside(RedisSelfTest.class, "selftest.lua");
  private static final int LIFETIME_MILLIS = 30_000;
  private static final String JSON = "{\"text\": \"\u00e9\u4e2d\", \"number\": 1.0}";

  private final RedisAccess redis;

  public RedisSelfTest(RedisAccess redis) {
    this.redis = redis;
  }

  public Future<SelfTest> run(RunSelfTest ask) {
    List<Future<List<SelfTestStep>>> all = redis.spaces().stream().map(this::run).toList();
    return Future.all(all)
        .map(
            done -> {
              List<SelfTestStep> steps =
                  all.stream().flatMap(space -> space.result().stream()).toList();
              boolean ok = steps.stream().allMatch(SelfTestStep::ok);
              return new SelfTest(ok ? HealthStatus.UP : HealthStatus.DOWN, steps);
            });
  }

  private Future<List<SelfTestStep>> run(Space space) {
    RedisLine line = redis.line(space);
    String key =
        space.prefix() + Keyspaces.SELF_TESTS.key(UUID.randomUUID().toString()).text() + "/";
    Map<String, Supplier<Future<?>>> operations = new LinkedHashMap<>();
    operations.put("string", () -> string(line, key + "string"));
    operations.put("json", () -> json(line, key + "json"));
    operations.put("hash", () -> hash(line, key + "hash"));
    operations.put("sorted-set", () -> sortedSet(line, key + "zset"));
    operations.put("expiry", () -> expiry(line, key + "expiry"));
    operations.put("script", () -> script(line, key + "script"));
    operations.put("range", () -> range(line, key + "range"));
    operations.put("stream", () -> stream(line, key + "stream"));
    operations.put("publish", () -> publish(space, line, key + "channel"));
    Request cleaning = Request.cmd(Command.UNLINK);
    for (String made :
        List.of("string", "json", "hash", "zset", "expiry", "script", "range", "stream")) {
      cleaning.arg(key + made);
    }
    operations.put("clean-up", () -> line.send(cleaning));
    Future<List<SelfTestStep>> steps = Future.succeededFuture(new ArrayList<>());
    for (Map.Entry<String, Supplier<Future<?>>> operation : operations.entrySet()) {
      steps =
          steps.compose(
              before ->
                  step(space, operation.getKey(), operation.getValue())
                      .map(
                          step -> {
                            before.add(step);
                            return before;
                          }));
    }
    return steps;
  }

  private static Future<SelfTestStep> step(
      Space space, String name, Supplier<Future<?>> operation) {
    long start = System.nanoTime();
    return operation
        .get()
        .transform(
            done ->
                Future.succeededFuture(
                    new SelfTestStep(
                        space.name(),
                        name,
                        done.succeeded(),
                        Math.round((System.nanoTime() - start) / 1e4) / 100.0,
                        done.succeeded() ? null : RedisState.reason(done.cause()))));
  }

  private static Future<?> expect(Future<Response> reply, String expected) {
    return reply.compose(
        got ->
            got != null && got.toString().equals(expected)
                ? Future.succeededFuture()
                : Future.failedFuture("answered something else than was written"));
  }

  /**
   * Writes and sets the expiry in one pipeline, so that an aborted test leaves no key without one.
   */
  private static Future<?> written(RedisLine line, String key, Request write) {
    return line.read(write, Request.cmd(Command.PEXPIRE).arg(key).arg(LIFETIME_MILLIS));
  }

  private static Future<?> string(RedisLine line, String key) {
    return line.send(
            Request.cmd(Command.SET).arg(key).arg("1").arg("PX").arg(LIFETIME_MILLIS).arg("NX"))
        .compose(
            set -> expect(line.send(Request.cmd(Command.GETEX).arg(key).arg("EX").arg(20)), "1"));
  }

  private static Future<?> json(RedisLine line, String key) {
    return line.send(Request.cmd(Command.SET).arg(key).arg(JSON).arg("PX").arg(LIFETIME_MILLIS))
        .compose(set -> expect(line.send(Request.cmd(Command.GET).arg(key)), JSON));
  }

  private static Future<?> hash(RedisLine line, String key) {
    return written(
            line, key, Request.cmd(Command.HSET).arg(key).arg("a").arg("1").arg("b").arg("2"))
        .compose(set -> expect(line.send(Request.cmd(Command.HGET).arg(key).arg("b")), "2"));
  }

  private static Future<?> sortedSet(RedisLine line, String key) {
    return written(line, key, Request.cmd(Command.ZADD).arg(key).arg("1.5").arg("a"))
        .compose(set -> expect(line.send(Request.cmd(Command.ZSCORE).arg(key).arg("a")), "1.5"));
  }

  private static Future<?> expiry(RedisLine line, String key) {
    return line.send(Request.cmd(Command.SET).arg(key).arg("1").arg("PX").arg(LIFETIME_MILLIS))
        .compose(set -> line.send(Request.cmd(Command.PTTL).arg(key)))
        .compose(
            left ->
                left.toLong() > 0 && left.toLong() <= LIFETIME_MILLIS
                    ? Future.succeededFuture()
                    : Future.failedFuture("the lifetime was not kept"));
  }

  /** The commands that write and read the chunks of streams. */
  private static Future<?> range(RedisLine line, String key) {
    return written(line, key, Request.cmd(Command.APPEND).arg(key).arg("chunk"))
        .compose(
            set -> expect(line.send(Request.cmd(Command.GETRANGE).arg(key).arg(1).arg(3)), "hun"));
  }

  private static Future<?> script(RedisLine line, String key) {
    return expect(line.run(SCRIPT, RedisScript.call().key(key).arg("2").arg(LIFETIME_MILLIS)), "2");
  }

  private static Future<?> stream(RedisLine line, String key) {
    return written(line, key, Request.cmd(Command.XADD).arg(key).arg("*").arg("a").arg("1"))
        .compose(set -> expect(line.send(Request.cmd(Command.XLEN).arg(key)), "1"));
  }

  private Future<?> publish(Space space, RedisLine line, String channel) {
    RedisSubscriptions subscriptions = redis.subscriptions(space);
    Promise<Void> received = Promise.promise();
    RedisSubscriptions.Listener listener = message -> received.tryComplete();
    return subscriptions
        .subscribe(channel, listener)
        .timeout(1, TimeUnit.SECONDS)
        .compose(ready -> line.send(Request.cmd(Command.PUBLISH).arg(channel).arg("1")))
        .compose(sent -> received.future().timeout(1, TimeUnit.SECONDS))
        .onComplete(done -> subscriptions.unsubscribe(channel, listener));
  }
}
