package io.aetherkeep.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.OverviewAsks;
import io.aetherkeep.catalogue.OverviewAsks.Failed;
import io.aetherkeep.catalogue.OverviewAsks.ReadPast;
import io.aetherkeep.catalogue.OverviewAsks.Sample;
import io.aetherkeep.catalogue.StatusAsks.StatusChanged;
import io.aetherkeep.document.Document;
import io.aetherkeep.health.node.RecentSamples;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Samples of exactly the last hour are kept. */
class RecentSamplesTest {

  private static final Instant START = Instant.parse("2026-11-21T04:01:45Z");

  private final RecentSamples past = new RecentSamples(List.of("aethercast", "council"));

  private static Sample sample(int number) {
    String at = START.plusSeconds(10L * number).toString();
    return new Sample(at, (long) number, null, Map.of(), Map.of(), null);
  }

  private static StatusChanged changed(String id, boolean failed, String document) {
    return new StatusChanged(
        "aethercast",
        "podcast",
        id,
        1,
        "1-0",
        true,
        Document.stored(Buffer.buffer(document)),
        null,
        failed ? true : null);
  }

  private OverviewAsks.Past read(String space, String after) {
    return past.read(new ReadPast(space, after)).result();
  }

  @Test
  void samples_areThoseOfAnHour() {
    for (int i = 0; i < 400; i++) {
      past.add("aethercast", sample(i));
    }
    List<Sample> kept = read("aethercast", null).items();
    assertEquals(360, kept.size());
    assertEquals(40, kept.get(0).sessions());
    assertEquals(399, kept.get(359).sessions());
    assertEquals(List.of(), read("council", null).items());
  }

  @Test
  void after_leavesOutWhatIsKnown() {
    for (int i = 0; i < 5; i++) {
      past.add("aethercast", sample(i));
    }
    assertEquals(List.of(sample(4)), read("aethercast", sample(3).at()).items());
  }

  @Test
  void failures_areTheLastOnesOnceEach() {
    past.onStatusChanged(
        changed("p1", true, "{\"status\": \"error\", \"error_message\": \"hoarse\"}"), START);
    past.onStatusChanged(changed("p2", false, "{\"status\":\"ready_to_stream\"}"), START);
    past.onStatusChanged(changed("p1", true, "{\"status\":\"error\"}"), START.plusSeconds(1));
    List<Failed> failures = read("aethercast", null).failures();
    assertEquals(List.of("p1"), failures.stream().map(Failed::id).toList());
    assertEquals("{\"status\":\"error\"}", String.valueOf(failures.get(0).document()));
    for (int i = 0; i < 60; i++) {
      past.onStatusChanged(changed("x" + i, true, "{\"status\":\"error\"}"), START);
    }
    assertEquals(50, read("aethercast", null).failures().size());
    assertEquals("x59", read("aethercast", null).failures().get(0).id());
  }

  @Test
  void failures_areThoseOfTheStatus_whateverItsDocumentHolds() {
    String done = "{\"status\":\"completed\",\"parts\":[{\"status\":\"failed\"}]}";
    past.onStatusChanged(changed("done", false, done), START);
    past.onStatusChanged(changed("own-word", true, "{\"status\":\"exploded\"}"), START);
    List<Failed> failures = read("aethercast", null).failures();
    assertEquals(List.of("own-word"), failures.stream().map(Failed::id).toList());
  }

  @Test
  void longDocuments_areLeftOut() {
    String text = "a".repeat(5000);
    past.onStatusChanged(
        changed("p1", true, "{\"status\":\"error\",\"text\":\"" + text + "\"}"), START);
    assertNull(read("aethercast", null).failures().get(0).document());
  }

  @Test
  void whatIsWrong_isSaid() {
    assertEquals(Code.SPACE_UNKNOWN, assertThrows(Failure.class, () -> read("other", null)).code());
    assertEquals(
        Code.INVALID_PARAMETER,
        assertThrows(Failure.class, () -> read("council", "yesterday")).code());
  }
}
