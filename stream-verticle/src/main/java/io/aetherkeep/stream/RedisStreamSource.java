package io.aetherkeep.stream;

import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Glob;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.store.RedisScan;
import io.aetherkeep.stream.store.RedisStreamTrim;
import io.aetherkeep.stream.store.RedisStreams;
import io.aetherkeep.stream.store.StoredStream;
import io.aetherkeep.stream.store.StreamKeys;
import io.aetherkeep.stream.subscription.store.StreamSource;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Streams of one space for its subscriptions: their tails, and a listing by SCAN. */
final class RedisStreamSource implements StreamSource {

  private final RedisLine line;
  private final RedisStreams store;
  private final RedisStreamTrim trim;
  private final String prefix;

  RedisStreamSource(RedisLine line, RedisStreams store, StreamKeys keys) {
    this.line = line;
    this.store = store;
    this.trim = new RedisStreamTrim(line, keys, store.bounds());
    this.prefix = keys.space().prefix() + Keyspaces.STREAMS.pattern().beginning();
  }

  @Override
  public Future<Optional<Tail>> tail(String path) {
    return store
        .describe(path)
        .map(found -> Optional.ofNullable(found.stream()).map(RedisStreamSource::tail));
  }

  static Tail tail(StoredStream stream) {
    return new Tail(stream.tailOffset().toString(), Long.parseLong(stream.identity()));
  }

  @Override
  public Future<Void> trim(String path) {
    return trim.trim(path);
  }

  @Override
  public Future<Void> list(String beginning, Function<List<String>, Future<?>> batch) {
    String match = Glob.literally(prefix + beginning) + "*";
    return RedisScan.walk(
        line,
        cursor ->
            Request.cmd(Command.SCAN)
                .arg(cursor)
                .arg("MATCH")
                .arg(match)
                .arg("COUNT")
                .arg(RedisScan.BATCH)
                .arg("TYPE")
                .arg("hash"),
        keys ->
            batch.apply(
                keys.stream().map(key -> key.toString().substring(prefix.length())).toList()));
  }
}
