package io.aetherkeep.cache;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.settings.CacheSettings;
import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.ReadEntry;
import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.catalogue.CacheAsks.Written;
import io.aetherkeep.catalogue.InvalidationAsks.InvalidateEntries;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Deployment for tests: two cache verticles, four spaces, one real Redis. */
@ExtendWith(RedisExtension.class)
abstract class CacheDeployment {

  /** A prefix of all special characters of Redis's patterns. */
  protected static final String PREFIX = "p[a-z]*?^\\:";

  /** The space with the prefix. */
  protected static final String PREFIXED = "prefixed";

  protected static final int MAX_VALUE_BYTES = 1 << 20;

  protected final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  protected Bus bus;
  protected RedisAccess access;
  private RedisServer redis;

  /** Client on the database of the space aethercast. */
  protected ForeignClient foreign;

  @BeforeEach
  void deploy(RedisServer server) throws Exception {
    redis = server;
    foreign = server.foreign(0);
    Map<Space, RedisTarget> targets = new LinkedHashMap<>();
    targets.put(space("aethercast", "", Dialect.AETHERCAST), target(0));
    targets.put(space("council", "", Dialect.COUNCIL), target(1));
    targets.put(space("content", "", Dialect.CONTENT), target(2));
    targets.put(space(PREFIXED, PREFIX, Dialect.ANY), target(3));
    bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
    access = await(RedisAccess.open(vertx, 2, targets));
    await(
        vertx.deployVerticle(
            CacheVerticle.instances(bus, access, settings()),
            new DeploymentOptions().setInstances(2)));
  }

  /** Settings of the verticle. */
  protected CacheSettings settings() {
    return CacheSettings.usual();
  }

  /** Settings of loads whose readers wait as long as the load may take, on a busy machine too. */
  protected static CacheSettings.Loading patientLoading() {
    Duration hardTimeout = CacheSettings.usual().loading().hardTimeout();
    return loading(hardTimeout, hardTimeout);
  }

  /** Settings of loads with other time limits of a load and of its readers. */
  protected static CacheSettings.Loading loading(Duration hardTimeout, Duration patience) {
    CacheSettings.Loading usual = CacheSettings.usual().loading();
    return new CacheSettings.Loading(
        usual.softTimeout(),
        hardTimeout,
        patience,
        usual.staleWhileRevalidate(),
        usual.staleIfError(),
        usual.absentFor(),
        usual.failedFor(),
        usual.jitterPercent(),
        usual.refreshAheadPercent(),
        usual.breakerFailures(),
        usual.breakerPause());
  }

  /** Starts another node on the same Redis. */
  protected Bus anotherNode(Vertx other) throws Exception {
    Bus otherBus = Bus.on(other, Protocol.TYPES, Duration.ofSeconds(20));
    RedisAccess access =
        await(
            RedisAccess.open(
                other, 2, Map.of(space("aethercast", "", Dialect.AETHERCAST), target(0))));
    await(
        other.deployVerticle(
            CacheVerticle.instances(otherBus, access, settings()),
            new DeploymentOptions().setInstances(2)));
    return otherBus;
  }

  @AfterEach
  void close() throws Exception {
    foreign.close();
    await(vertx.close());
  }

  private static Space space(String name, String prefix, Dialect dialect) {
    return new Space(name, prefix, dialect, MAX_VALUE_BYTES, Map.of());
  }

  private RedisTarget target(int database) {
    return PatientTarget.of(redis.url(), database);
  }

  protected ForeignClient foreignOf(int database) {
    return redis.foreign(database);
  }

  protected <A> A ask(Ask<A> ask) throws Exception {
    return await(bus.ask(ask));
  }

  protected void assertRefused(Code code, Ask<?> ask) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> ask(ask));
    assertEquals(code, Failure.from(thrown.getCause()).code());
  }

  protected static ReadEntry reading(String keyspace, String... ids) {
    return new ReadEntry("aethercast", keyspace, List.of(ids));
  }

  protected static WriteEntry writing(String keyspace, List<String> ids, String json) {
    return new WriteEntry(
        "aethercast", keyspace, ids, Document.of(json), null, List.of(), null, false);
  }

  protected Entry read(String keyspace, String... ids) throws Exception {
    return ask(reading(keyspace, ids));
  }

  protected Written write(String keyspace, String... ids) throws Exception {
    return ask(writing(keyspace, List.of(ids), "{\"of\":\"" + keyspace + "\"}"));
  }

  protected Written tag(String keyspace, String id, String... tags) throws Exception {
    return ask(tagging("aethercast", keyspace, id, tags));
  }

  protected static WriteEntry tagging(String space, String keyspace, String id, String... tags) {
    return new WriteEntry(
        space, keyspace, List.of(id), Document.of("1"), null, List.of(tags), null, false);
  }

  protected static InvalidateEntries byPattern(String keyspace, String pattern) {
    return new InvalidateEntries("aethercast", keyspace, null, pattern, null, false);
  }

  /** All keys, by a command that production code must not use. */
  protected static Set<String> keys(ForeignClient client) {
    List<?> reply = (List<?>) client.send("SCAN", "0", "COUNT", "1000000");
    Set<String> keys = new TreeSet<>();
    ((List<?>) reply.get(1)).forEach(key -> keys.add(String.valueOf(key)));
    return keys;
  }

  /** Lets time pass for some keys. */
  protected void pass(Duration time, String... keys) {
    for (String key : keys) {
      foreign.send("PEXPIRE", key, foreign.number("PTTL", key) - time.toMillis());
    }
  }

  /** Compares lifetimes, which decrease by milliseconds until the answer. */
  protected static void assertNear(long expectedSeconds, long actualSeconds) {
    assertTrue(
        Math.abs(expectedSeconds - actualSeconds) <= 30,
        () -> expectedSeconds + " expected, not " + actualSeconds);
  }
}
