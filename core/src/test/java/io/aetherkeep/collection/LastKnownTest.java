package io.aetherkeep.collection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LastKnownTest {

  private final AtomicLong nanos = new AtomicLong(1);
  private final LastKnown<String> known =
      new LastKnown<>(Duration.ofSeconds(30), 100_000, String::length, nanos::get);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void find_tellsWhatWasSeenAndHowLongAgoItWasAskedFor() {
    known.keep("a", "one", known.now());
    pass(Duration.ofSeconds(7));
    var seen = known.find("a").orElseThrow();
    assertEquals("one", seen.value());
    assertEquals(Duration.ofSeconds(7), seen.age());
  }

  @Test
  void find_tellsNothingThatIsTooOld() {
    known.keep("a", "one", known.now());
    pass(Duration.ofSeconds(31));
    assertTrue(known.find("a").isEmpty());
  }

  @Test
  void find_tellsWhatIsYoungThoughTheGenerationHasTurned() {
    pass(Duration.ofSeconds(29));
    known.keep("a", "one", known.now());
    pass(Duration.ofSeconds(2));
    known.keep("b", "two", known.now());
    known.keep("c", "three", known.now());
    assertEquals("one", known.find("a").orElseThrow().value());
  }

  @Test
  void keep_leavesWhatIsNewer() {
    long before = known.now();
    pass(Duration.ofMillis(1));
    known.keep("a", "new", known.now());
    known.keep("a", "old", before);
    assertEquals("new", known.find("a").orElseThrow().value());
  }

  @Test
  void keep_doesNotBringBackWhatWasForgottenSinceItWasAskedFor() {
    long asked = known.now();
    pass(Duration.ofMillis(1));
    known.forget("a");
    known.keep("a", "one", asked);
    assertTrue(known.find("a").isEmpty());
    pass(Duration.ofSeconds(31));
    known.keep("b", "turns the generation", known.now());
    known.keep("a", "one", asked);
    assertTrue(known.find("a").isEmpty());
  }

  @Test
  void keepWritten_winsOverReadsThatOverlapTheWrite_inAnyOrder() {
    long begun = known.now();
    pass(Duration.ofMillis(1));
    long read = known.now();
    pass(Duration.ofMillis(1));
    known.keep("a", "before", read);
    known.keepWritten("a", "written", begun);
    assertEquals("written", known.find("a").orElseThrow().value());
    known.keep("a", "before", read);
    assertEquals("written", known.find("a").orElseThrow().value());
    pass(Duration.ofMillis(1));
    known.keep("a", "since", known.now());
    assertEquals("since", known.find("a").orElseThrow().value());
  }

  @Test
  void keepWritten_doesNotBringBackWhatWasForgottenSinceTheWriteBegan() {
    long begun = known.now();
    pass(Duration.ofMillis(1));
    known.forget("a");
    known.keepWritten("a", "one", begun);
    assertTrue(known.find("a").isEmpty());
    known.clear();
    known.keepWritten("b", "one", begun);
    assertTrue(known.find("b").isEmpty());
  }

  @Test
  void clear_forgetsAll() {
    known.keep("a", "one", known.now());
    known.clear();
    assertTrue(known.find("a").isEmpty());
  }

  @Test
  void clear_duringAKeepForgetsItsValueToo() {
    List<LastKnown<String>> racing = new ArrayList<>();
    racing.add(
        new LastKnown<>(
            Duration.ofSeconds(30),
            100_000,
            value -> {
              pass(Duration.ofMillis(1));
              racing.get(0).clear();
              return value.length();
            },
            nanos::get));
    racing.get(0).keep("a", "one", known.now());
    assertTrue(racing.get(0).find("a").isEmpty());
  }

  @Test
  void keep_isBoundedByBytes() {
    String value = "x".repeat(1000);
    IntStream.range(0, 1000).forEach(i -> known.keep("k" + i, value, known.now()));
    long held = IntStream.range(0, 1000).filter(i -> known.find("k" + i).isPresent()).count();
    assertTrue(held > 20 && held <= 100, held + " are held");
    assertTrue(known.find("k999").isPresent());
  }
}
