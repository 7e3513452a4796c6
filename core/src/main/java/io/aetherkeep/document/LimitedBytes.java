package io.aetherkeep.document;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Reader of many values, a few at a time, until all are read or they reach the maximum size of an
 * answer. One document can have 1 MiB, or the limit of its space.
 */
public final class LimitedBytes {

  /** Approximate maximum size of the documents in one answer. */
  public static final int MOST = 4 << 20;

  private static final int FIRST = 4;

  /** Most values read at once, because large ones may come after small ones. */
  private static final int MOST_AT_ONCE = 16;

  private LimitedBytes() {}

  /**
   * Reads values in order.
   *
   * @param reader reads some of the values
   * @param size size of a result of the reader, in bytes
   * @return how many were read
   */
  public static <T, R> Future<Integer> read(
      List<T> all, Function<List<T>, Future<R>> reader, ToLongFunction<R> size) {
    return read(all, MOST_AT_ONCE, reader, size);
  }

  /**
   * Reads values in order.
   *
   * @param atOnce the most values read at once
   * @param reader reads some of the values
   * @param size size of a result of the reader, in bytes
   * @return how many were read
   */
  public static <T, R> Future<Integer> read(
      List<T> all, int atOnce, Function<List<T>, Future<R>> reader, ToLongFunction<R> size) {
    return from(0, FIRST, 0, all, atOnce, reader, size);
  }

  private static <T, R> Future<Integer> from(
      int start,
      int count,
      long before,
      List<T> all,
      int atOnce,
      Function<List<T>, Future<R>> reader,
      ToLongFunction<R> size) {
    int end = Math.min(all.size(), start + count);
    if (start == end) {
      return Future.succeededFuture(end);
    }
    return reader
        .apply(all.subList(start, end))
        .compose(
            some -> {
              long bytes = before + size.applyAsLong(some);
              long each = Math.max(1, bytes / end);
              long room = (MOST - bytes) / each;
              return room < 1
                  ? Future.succeededFuture(end)
                  : from(
                      end,
                      (int) Math.min(room, Math.min(2 * count, atOnce)),
                      bytes,
                      all,
                      atOnce,
                      reader,
                      size);
            });
  }
}
