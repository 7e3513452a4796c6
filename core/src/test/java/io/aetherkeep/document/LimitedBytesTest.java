package io.aetherkeep.document;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The bytes that a reader of many values reads before it stops. */
class LimitedBytesTest {

  private static final int LARGE = 500_000;

  private final List<Long> read = new ArrayList<>();

  private int read(List<Long> sizes) throws Exception {
    return await(
        LimitedBytes.<Long, Long>read(
            sizes,
            some -> {
              read.addAll(some);
              return Future.succeededFuture(sum(some));
            },
            bytes -> bytes));
  }

  private static long sum(List<Long> sizes) {
    return sizes.stream().mapToLong(size -> size).sum();
  }

  private static List<Long> sizes(int small, int large) {
    return LongStream.concat(
            LongStream.generate(() -> 100).limit(small),
            LongStream.generate(() -> LARGE).limit(large))
        .boxed()
        .toList();
  }

  @Test
  void largeValuesAfterSmallOnes_stopTheReaderSoon() throws Exception {
    List<Long> sizes = sizes(124, 200);
    int count = read(sizes);
    assertEquals(sizes.subList(0, count), read);
    assertTrue(sum(read) <= LimitedBytes.MOST + 16L * LARGE, () -> sum(read) + " bytes");
    assertTrue(sum(read) + LARGE > LimitedBytes.MOST, () -> sum(read) + " bytes");
  }

  @Test
  void smallValues_areAllRead() throws Exception {
    assertEquals(1000, read(sizes(1000, 0)));
    assertEquals(Collections.nCopies(1000, 100L), read);
    assertEquals(0, read(List.of()));
  }
}
