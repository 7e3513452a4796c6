package io.aetherkeep.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.StreamAsks.DeleteStream;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.delivery.AddressPolicy;
import io.aetherkeep.stream.settings.StreamSettings;
import io.aetherkeep.stream.settings.StreamSettings.Bounds;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Streams of a space with retention limits. */
class RetentionTest extends StreamDeployment {

  private static final int CHUNK = 131_072;
  private static final int RETAINED = 200_000;

  @Override
  protected StreamSettings settings() {
    Bounds all = new Bounds(4 << 20, 1 << 20, 0, Duration.ZERO);
    Bounds newest = new Bounds(500_000, 200_000, RETAINED, Duration.ofHours(1));
    return new StreamSettings(
        all, Map.of(SPACE, newest), Duration.ofMillis(20), AddressPolicy.PUBLIC_ONLY);
  }

  private String appendMany(String path, int times, String more) throws Exception {
    StringBuilder all = new StringBuilder(more);
    for (int i = 0; i < times; i++) {
      String part = Character.toString('a' + i % 26).repeat(50_000);
      append(path, part);
      all.append(part);
    }
    return all.toString();
  }

  @Test
  void oldestChunks_areDropped_andWhatWasBefore_isGone() throws Exception {
    String start = create("s", TEXT).stream().offset();
    String first = append("s", "the beginning").offset();
    // Twice the limit of a stream.
    String all = appendMany("s", 20, "the beginning");
    String kept = whole("s");
    assertTrue(all.endsWith(kept));
    assertTrue(kept.length() >= RETAINED && kept.length() < RETAINED + CHUNK, "" + kept.length());
    assertEquals(kept.length(), describe("s").bytes());
    refused(Code.OFFSET_GONE, new ReadStream(SPACE, "s", start, null));
    refused(Code.OFFSET_GONE, new ReadStream(SPACE, "s", first, null));
    assertTrue(read("s", describe("s").offset()).upToDate());
    // The stream and the retained chunks.
    assertEquals(0, foreign.number("EXISTS", "chunk:{stream:s}:0", "chunk:{stream:s}:4"));
    assertTrue(foreign.number("DBSIZE") <= 4);
    ask(new DeleteStream(SPACE, "s"));
    assertEquals(0, foreign.number("DBSIZE"));
  }

  @Test
  void whatIsLeft_beginsWithAWholeMessage() throws Exception {
    create("j", JSON);
    for (int i = 0; i < 20; i++) {
      ask(appending("j", JSON, "\"" + Integer.toString(i % 10).repeat(49_000) + "\""));
    }
    String kept = whole("j");
    assertTrue(kept.length() >= RETAINED - 50_000, "" + kept.length());
    for (String message : kept.split("\u001e", -1)) {
      assertTrue(message.isEmpty() || message.length() == 49_002, "" + message.length());
    }
  }

  @Test
  void whatIsLeft_beginsWithAWholeCharacter() throws Exception {
    create("t", TEXT);
    append("t", "x");
    for (int i = 0; i < 10; i++) {
      append("t", "ü".repeat(25_000));
    }
    assertEquals("ü".repeat(whole("t").length()), whole("t"));
  }

  @Test
  void chunkWhoseTimeIsOver_isDroppedByTheNextRead() throws Exception {
    create("old", TEXT);
    appendMany("old", 3, "");
    assertEquals(150_000, whole("old").length());
    foreign.send("HSET", "stream:old", "ended:0", "1");
    assertEquals(150_000 - CHUNK, whole("old").length());
    assertEquals(0, foreign.number("EXISTS", "chunk:{stream:old}:0"));
    assertEquals(0, foreign.number("HEXISTS", "stream:old", "ended:0"));
  }

  @Test
  void chunkThatIsFilledExactly_hasItsTime() throws Exception {
    create("exact", TEXT);
    append("exact", "x".repeat(CHUNK / 2));
    append("exact", "x".repeat(CHUNK / 2));
    append("exact", "next");
    assertEquals(1, foreign.number("HEXISTS", "stream:exact", "ended:0"));
    foreign.send("HSET", "stream:exact", "ended:0", "1");
    assertEquals("next", whole("exact"));
  }

  @Test
  void chunksOfACreation_haveTheirTime() throws Exception {
    ask(creating("long", TEXT, "x".repeat(CHUNK + 1)));
    assertEquals(1, foreign.number("HEXISTS", "stream:long", "ended:0"));
    ask(creating("short", TEXT, "x".repeat(CHUNK)));
    assertEquals(0, foreign.number("HEXISTS", "stream:short", "ended:0"));
  }

  @Test
  void chunkWithoutATime_getsOneFromTheNextRead() throws Exception {
    create("old", TEXT);
    appendMany("old", 3, "");
    // As in a stream that is older than the limit.
    foreign.send("HDEL", "stream:old", "ended:0");
    assertEquals(150_000, whole("old").length());
    assertEquals(1, foreign.number("HEXISTS", "stream:old", "ended:0"));
  }

  @Test
  void streamWithForks_dropsNothing_untilTheyAreGone() throws Exception {
    create("s", TEXT);
    String before = appendMany("s", 5, "");
    ask(forking("f", "s", null, null));
    appendMany("s", 4, "");
    assertEquals(450_000, describe("s").bytes());
    assertEquals(before, whole("f"));
    ask(new DeleteStream(SPACE, "f"));
    append("s", "x".repeat(50_000));
    append("s", "x".repeat(25_000));
    assertTrue(whole("s").length() < RETAINED + CHUNK);
  }

  @Test
  void forkOfWhatIsLeft_beginsWhereItsSourceDoes() throws Exception {
    create("s", TEXT);
    String first = append("s", "first").offset();
    appendMany("s", 10, "");
    ask(forking("f", "s", null, null));
    ask(appending("f", TEXT, "!"));
    assertEquals(whole("s") + "!", whole("f"));
    refused(Code.OFFSET_GONE, new ReadStream(SPACE, "f", first, null));
    refused(Code.INVALID_OFFSET, forking("g", "s", first, null));
    assertFalse(read("f", null).data().isEmpty());
  }
}
