package io.aetherkeep.stream.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.catalogue.StreamAsks.StreamInfo;
import io.aetherkeep.catalogue.StreamListAsks.ListStreams;
import io.aetherkeep.catalogue.StreamListAsks.StreamList;
import io.aetherkeep.keyspace.Glob;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.store.RedisScan;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Paged listing of the streams in Redis, by a scan with a bounded number of steps. */
public final class RedisStreamListing {

  private static final int USUAL = 100;
  private static final int MOST = 500;

  private final RedisLine line;
  private final RedisStreams store;
  private final String beginning;

  public RedisStreamListing(RedisLine line, RedisStreams store) {
    this.line = line;
    this.store = store;
    this.beginning = store.space().prefix() + Keyspaces.STREAMS.pattern().beginning();
  }

  /** Reads a page. */
  public Future<StreamList> page(ListStreams ask) {
    String prefix = ask.prefix() == null ? "" : ask.prefix();
    String glob = Glob.literally(beginning + prefix) + "*";
    return RedisScan.page(
            (at, count) -> scanned(at, glob, count),
            line,
            checked(ask.cursor()),
            limit(ask.limit()))
        .compose(
            page -> {
              List<String> paths =
                  page.keys().stream()
                      .map(key -> key.substring(beginning.length()))
                      .distinct()
                      .toList();
              return described(paths, ask.open())
                  .map(
                      found -> new StreamList(found, page.next().equals("0") ? null : page.next()));
            });
  }

  private static Request scanned(String cursor, String glob, int count) {
    return Request.cmd(Command.SCAN)
        .arg(cursor)
        .arg("MATCH")
        .arg(glob)
        .arg("COUNT")
        .arg(count)
        .arg("TYPE")
        .arg("hash");
  }

  private Future<List<StreamInfo>> described(List<String> paths, boolean open) {
    List<Future<Optional<StreamInfo>>> all = new ArrayList<>();
    for (String path : paths) {
      all.add(store.describe(path).map(found -> info(path, found)));
    }
    return Future.all(all)
        .map(
            done ->
                all.stream()
                    .flatMap(one -> one.result().stream())
                    .filter(info -> !open || !info.closed())
                    .sorted(Comparator.comparing(StreamInfo::path))
                    .toList());
  }

  /** Leaves out a stream that has ended meanwhile, and a key of another form. */
  private Optional<StreamInfo> info(String path, RedisStreams.Found found) {
    return Optional.ofNullable(found.stream())
        .map(stream -> stream.info(store.space().name(), path));
  }

  private static String checked(@Nullable String cursor) {
    try {
      return Long.toUnsignedString(cursor == null ? 0 : Long.parseUnsignedLong(cursor));
    } catch (NumberFormatException e) {
      throw Failure.of(Code.INVALID_PARAMETER, "The cursor is not one that this server returned");
    }
  }

  private static int limit(@Nullable Integer limit) {
    if (limit != null && (limit < 1 || limit > MOST)) {
      throw Failure.of(Code.INVALID_PARAMETER, "limit must be a whole number from 1 to " + MOST);
    }
    return limit == null ? USUAL : limit;
  }
}
