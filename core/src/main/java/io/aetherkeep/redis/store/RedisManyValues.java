package io.aetherkeep.redis.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.document.LimitedBytes;
import io.aetherkeep.document.Offload;
import io.aetherkeep.redis.RedisLine;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Bulk read of values, limited in bytes. A key of another type counts as missing. */
final class RedisManyValues<V> {

  /** Length up to which a hundred values are read together. */
  private static final int SHORT = 32 << 10;

  private final RedisLine line;
  private final RedisCodec<V> form;

  RedisManyValues(RedisLine line, RedisCodec<V> form) {
    this.line = line;
    this.form = form;
  }

  /** Reads values in order, up to the limit of bytes. */
  Future<List<Optional<V>>> find(List<String> names) {
    if (names.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    return form.layout().isString() ? findStrings(names) : findHashes(names);
  }

  /**
   * Length and beginning of a string.
   *
   * @param start the whole string, if it is short
   */
  private record Head(long length, @Nullable Response start) {

    static final Head NONE = new Head(0, null);

    /** Parses the replies. An empty string exists. */
    static Head of(List<@Nullable Response> replies) {
      Response start =
          Objects.requireNonNull(replies.get(0)).toInteger() == 0 ? null : replies.get(2);
      return new Head(Objects.requireNonNull(replies.get(1)).toLong(), start);
    }

    boolean isWhole() {
      return length <= SHORT;
    }
  }

  /**
   * Reads the lengths and beginnings of all values, then the long values, up to a limit of bytes.
   */
  private Future<List<Optional<V>>> findStrings(List<String> names) {
    List<Future<Head>> heads = names.stream().map(this::head).toList();
    return Future.all(heads)
        .compose(
            read -> {
              List<Future<Optional<Response>>> values = new ArrayList<>(names.size());
              long bytes = 0;
              for (int i = 0; i < names.size(); i++) {
                Head head = heads.get(i).result();
                bytes += head.length;
                if (i > 0 && bytes > LimitedBytes.MOST) {
                  break;
                }
                values.add(whole(names.get(i), head));
              }
              return Future.all(values).compose(done -> decoded(values));
            });
  }

  private Future<List<Optional<V>>> decoded(List<Future<Optional<Response>>> replies) {
    return Offload.run(
        size(replies),
        () -> replies.stream().map(reply -> reply.result().map(form.value())).toList());
  }

  private int size(List<Future<Optional<Response>>> replies) {
    return replies.stream().flatMap(reply -> reply.result().stream()).mapToInt(form::size).sum();
  }

  private Future<Head> head(String name) {
    return line.read(
            Request.cmd(Command.EXISTS).arg(name),
            Request.cmd(Command.STRLEN).arg(name),
            Request.cmd(Command.GETRANGE).arg(name).arg(0).arg(SHORT - 1))
        .map(Head::of)
        .recover(
            thrown ->
                Failure.from(thrown).code() == Code.UNREADABLE_VALUE
                    ? Future.succeededFuture(Head.NONE)
                    : Future.failedFuture(thrown));
  }

  private Future<Optional<Response>> whole(String name, Head head) {
    return head.isWhole()
        ? Future.succeededFuture(Optional.ofNullable(head.start))
        : line.read(Request.cmd(Command.GET).arg(name))
            .map(reply -> Optional.ofNullable(reply.get(0)));
  }

  /** Reads a few hashes at a time, because Redis does not tell their sizes. */
  private Future<List<Optional<V>>> findHashes(List<String> names) {
    List<Optional<V>> values = new ArrayList<>(names.size());
    return LimitedBytes.<String, Integer>read(
            names, some -> addHashes(some, values), Integer::longValue)
        .map(read -> values);
  }

  private Future<Integer> addHashes(List<String> names, List<Optional<V>> values) {
    List<Future<Optional<Response>>> replies =
        names.stream()
            .map(name -> line.send(Request.cmd(Command.HGETALL).arg(name)))
            .map(reply -> reply.map(hash -> Optional.ofNullable(hash).filter(h -> h.size() > 0)))
            .map(hash -> hash.recover(RedisManyValues::noHash))
            .toList();
    return Future.all(replies)
        .compose(done -> decoded(replies))
        .map(
            some -> {
              values.addAll(some);
              return size(replies);
            });
  }

  /** Treats a key of another type as missing. */
  private static <T> Future<Optional<T>> noHash(Throwable thrown) {
    return Failure.from(thrown).code() == Code.UNREADABLE_VALUE
        ? Future.succeededFuture(Optional.empty())
        : Future.failedFuture(thrown);
  }
}
