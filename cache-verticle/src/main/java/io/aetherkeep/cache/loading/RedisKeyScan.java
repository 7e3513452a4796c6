package io.aetherkeep.cache.loading;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.cache.index.KeyScan;
import io.aetherkeep.cache.index.RedisExpiryIndex;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.catalogue.OverviewAsks.RedisKey;
import io.aetherkeep.keyspace.Glob;
import io.aetherkeep.keyspace.KeyPattern;
import io.aetherkeep.keyspace.Layout;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.store.RedisKeyFacts;
import io.aetherkeep.redis.store.RedisNote;
import io.aetherkeep.redis.store.RedisScan;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Scan of a space's keys in Redis, by SCAN and UNLINK in bounded batches. */
public final class RedisKeyScan implements KeyScan {

  /** Companion keys that can exist without their entry. */
  private static final List<KeyPattern> BESIDE =
      List.of(Keyspaces.CLAIMS.pattern(), Keyspaces.STALE_COPIES.pattern());

  private final RedisLine line;
  private final RedisExpiryIndex loads;
  private final String prefix;

  public RedisKeyScan(RedisLine line, Space space) {
    this.line = line;
    this.loads = new RedisExpiryIndex(line);
    this.prefix = space.prefix();
  }

  @Override
  public Future<Void> walk(String glob, Function<List<String>, Future<?>> batch) {
    String all = Glob.literally(prefix) + glob;
    return scan(all, found -> batch.apply(names(found)));
  }

  @Override
  public Future<Page> page(String glob, @Nullable String cursor, int about) {
    String all = Glob.literally(prefix) + glob;
    return RedisScan.page((at, count) -> scanned(at, all, count), line, checked(cursor), about)
        .map(
            page ->
                new Page(
                    page.keys().stream()
                        .map(key -> key.substring(prefix.length()))
                        .distinct()
                        .toList(),
                    page.next().equals("0") ? null : page.next()));
  }

  /** A cursor is an unsigned 64-bit number. */
  private static String checked(@Nullable String cursor) {
    try {
      return Long.toUnsignedString(cursor == null ? 0 : Long.parseUnsignedLong(cursor));
    } catch (NumberFormatException e) {
      throw Failure.of(Code.INVALID_PARAMETER, "The cursor is not one that this server returned");
    }
  }

  private static Request scanned(String cursor, String glob, int count) {
    return Request.cmd(Command.SCAN).arg(cursor).arg("MATCH").arg(glob).arg("COUNT").arg(count);
  }

  private Future<Void> scan(String glob, Function<Response, Future<?>> batch) {
    return RedisScan.walk(line, cursor -> scanned(cursor, glob, RedisScan.BATCH), batch);
  }

  private List<String> names(Response keys) {
    return keys.stream().map(key -> key.toString().substring(prefix.length())).distinct().toList();
  }

  @Override
  public Future<Void> scanWithCompanions(String glob, Function<Batch, Future<?>> batch) {
    // The name of a companion key contains its entry's key.
    String all = "*" + Glob.literally(prefix) + glob + "*";
    return scan(all, found -> batch.apply(batch(found)));
  }

  private Batch batch(Response keys) {
    Set<String> entries = new LinkedHashSet<>();
    Set<String> beside = new LinkedHashSet<>();
    for (Response key : keys) {
      String name = key.toString();
      if (name.startsWith(prefix)) {
        String own = name.substring(prefix.length());
        entries.add(own);
        BESIDE.stream()
            .map(pattern -> around(pattern, own))
            .forEach(it -> it.ifPresent(beside::add));
      }
    }
    return new Batch(List.copyOf(entries), List.copyOf(beside));
  }

  /** The entry key of a companion key, if the name matches the pattern. */
  private Optional<String> around(KeyPattern pattern, String name) {
    String beginning = pattern.beginning() + prefix;
    return name.startsWith(beginning) && name.endsWith("}")
        ? Optional.of(name.substring(beginning.length(), name.length() - 1))
        : Optional.empty();
  }

  @Override
  public Future<Void> forgetBeside(List<String> keys) {
    Request beside = Request.cmd(Command.UNLINK);
    for (String key : keys) {
      beside
          .arg(RedisClaims.claimOf(prefix, prefix + key))
          .arg(RedisClaims.staleOf(prefix, prefix + key));
    }
    return keys.isEmpty() ? Future.succeededFuture() : line.send(beside).mapEmpty();
  }

  @Override
  public Future<Void> walkLoads(String keyspace, Function<List<String>, Future<?>> batch) {
    return loads.walk(RedisClaims.loadsOf(prefix, keyspace), batch);
  }

  @Override
  public Future<Long> remove(List<String> keys) {
    // The claim first, so that a load under way cannot store the removed value again.
    Future<Void> forgotten = forgetBeside(keys);
    Future<Long> present = count(keys);
    // An entry with its note: a retry by tag finds an entry by its note.
    Request entries = Request.cmd(Command.UNLINK);
    keys.forEach(key -> entries.arg(prefix + key).arg(RedisNote.keyOf(prefix, prefix + key)));
    return Future.all(forgotten, present, line.send(entries)).compose(all -> present);
  }

  @Override
  public Future<Long> count(List<String> keys) {
    Request request = Request.cmd(Command.EXISTS);
    keys.forEach(key -> request.arg(prefix + key));
    return line.send(request).map(Response::toLong);
  }

  @Override
  public Future<List<RedisKey>> facts(List<String> keys) {
    return RedisKeyFacts.read(line, keys.stream().map(key -> prefix + key).toList())
        .map(found -> found.stream().map(this::withoutPrefix).toList());
  }

  private RedisKey withoutPrefix(RedisKey key) {
    return new RedisKey(
        key.key().substring(prefix.length()), key.type(), key.bytes(), key.ttlSeconds());
  }

  @Override
  public Future<Long> bytes(List<String> keys, Layout layout) {
    List<Future<Long>> sizes = new ArrayList<>(keys.size());
    for (String key : keys) {
      // A hash has no length in bytes; what it takes in memory is close to it.
      Request size =
          layout == Layout.HASH
              ? Request.cmd(Command.MEMORY).arg("USAGE").arg(prefix + key)
              : Request.cmd(Command.STRLEN).arg(prefix + key);
      sizes.add(
          line.send(size)
              .map(Response::toLong)
              // A key of another type is not a cache entry and counts as empty.
              .otherwise(0L));
    }
    return Future.all(sizes).map(done -> sizes.stream().mapToLong(Future::result).sum());
  }
}
