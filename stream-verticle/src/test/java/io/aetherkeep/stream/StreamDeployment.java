package io.aetherkeep.stream;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.StreamAsks.AppendToStream;
import io.aetherkeep.catalogue.StreamAsks.CreateStream;
import io.aetherkeep.catalogue.StreamAsks.DescribeStream;
import io.aetherkeep.catalogue.StreamAsks.Fork;
import io.aetherkeep.catalogue.StreamAsks.Producer;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.catalogue.StreamAsks.StreamCreated;
import io.aetherkeep.catalogue.StreamAsks.StreamExtras;
import io.aetherkeep.catalogue.StreamAsks.StreamInfo;
import io.aetherkeep.catalogue.StreamAsks.StreamSlice;
import io.aetherkeep.catalogue.StreamAsks.StreamWritten;
import io.aetherkeep.document.Octets;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.loop.LoopDeployment;
import io.aetherkeep.redis.RedisAccess;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.stream.settings.StreamSettings;
import io.aetherkeep.testing.ForeignClient;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Deployment of the stream verticle: two instances, two spaces, one real Redis. */
@ExtendWith(RedisExtension.class)
abstract class StreamDeployment {

  /** Characters that Redis would interpret as a pattern. */
  protected static final String PREFIX = "p[a-z]*?^\\:";

  protected static final String SPACE = "council";
  protected static final String TEXT = "text/plain";
  protected static final String JSON = "application/json";

  protected final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  protected Bus bus;

  /** On the database of the space council. */
  protected ForeignClient foreign;

  @BeforeEach
  void deploy(RedisServer server) throws Exception {
    foreign = server.foreign(0);
    bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
    deploy(vertx, bus, server);
  }

  protected void deploy(Vertx node, Bus on, RedisServer server) throws Exception {
    Map<Space, RedisTarget> targets = new LinkedHashMap<>();
    targets.put(space(SPACE, ""), PatientTarget.of(server.url(), 0));
    targets.put(space("prefixed", PREFIX), PatientTarget.of(server.url(), 3));
    RedisAccess access = await(RedisAccess.open(node, 2, targets));
    await(LoopDeployment.deploy(node, 2, StreamVerticle.instances(on, access, settings())));
  }

  protected StreamSettings settings() {
    return new StreamSettings(4 << 20, 1 << 20, Duration.ofMillis(20));
  }

  @AfterEach
  void close() throws Exception {
    foreign.close();
    await(vertx.close());
  }

  private static Space space(String name, String prefix) {
    return new Space(name, prefix, Dialect.ANY, 1 << 20, Map.of());
  }

  protected <A> A ask(Ask<A> ask) throws Exception {
    return await(bus.ask(ask));
  }

  protected Failure refused(Code code, Ask<?> ask) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> ask(ask));
    Failure failure = Failure.from(thrown.getCause());
    assertEquals(code, failure.code(), failure.detail());
    return failure;
  }

  protected static Octets octets(String text) {
    return Octets.of(Buffer.buffer(text));
  }

  protected static CreateStream creating(String path, String type) {
    return new CreateStream(SPACE, path, type, null, null, false, null, null, null);
  }

  protected static CreateStream creating(String path, String type, String body) {
    return new CreateStream(SPACE, path, type, null, null, false, octets(body), null, null);
  }

  protected static CreateStream creating(String path, String type, StreamExtras extras) {
    return new CreateStream(SPACE, path, type, null, null, false, null, null, extras);
  }

  protected static CreateStream forking(
      String path, String source, @Nullable String offset, @Nullable Long sub) {
    Fork fork = new Fork(source, offset, sub);
    return new CreateStream(SPACE, path, null, null, null, false, null, fork, null);
  }

  protected StreamCreated create(String path, String type) throws Exception {
    return ask(creating(path, type));
  }

  protected static AppendToStream appending(String path, String type, String body) {
    return new AppendToStream(SPACE, path, type, octets(body), false, null, null, null);
  }

  protected static AppendToStream appending(String path, String body, Producer producer) {
    return new AppendToStream(SPACE, path, TEXT, octets(body), false, null, producer, null);
  }

  protected static AppendToStream closing(String path, @Nullable String body) {
    Octets octets = body == null ? null : octets(body);
    return new AppendToStream(SPACE, path, TEXT, octets, true, null, null, null);
  }

  protected StreamWritten append(String path, String body) throws Exception {
    return ask(appending(path, TEXT, body));
  }

  protected StreamSlice read(String path, @Nullable String offset) throws Exception {
    return ask(new ReadStream(SPACE, path, offset, null));
  }

  /** Values of a stream's head, by position. */
  protected static final int DUE = 0;

  private static final String LONG_AGO = "000000000000001";

  protected static final int TAIL = 1;
  protected static final int RUN = 6;
  protected static final int CLOSED = 8;

  /** Changes a value of a stream's head in Redis. */
  protected void change(String path, int place, String value) {
    String[] head = foreign.text("HGET", "stream:" + path, "head").split(" ", -1);
    head[place] = value;
    foreign.send("HSET", "stream:" + path, "head", String.join(" ", head));
  }

  /** Expires a stream. */
  protected void expire(String path) {
    change(path, DUE, LONG_AGO);
    String life = foreign.text("HGET", "stream:" + path, "life");
    foreign.send("HSET", "stream:" + path, "life", LONG_AGO + life.substring(life.indexOf(' ')));
  }

  /** Reads a whole stream in slices. */
  protected String whole(String path) throws Exception {
    Buffer all = Buffer.buffer();
    StreamSlice slice = read(path, null);
    all.appendBuffer(slice.data().bytes());
    while (!slice.upToDate()) {
      slice = read(path, slice.next());
      all.appendBuffer(slice.data().bytes());
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  protected StreamInfo describe(String path) throws Exception {
    return ask(new DescribeStream(SPACE, path, null));
  }
}
