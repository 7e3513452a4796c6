package io.aetherkeep.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.DocumentsById;
import io.aetherkeep.catalogue.StatusAsks.Followed;
import io.aetherkeep.catalogue.StatusListAsks.ListStatuses;
import io.aetherkeep.catalogue.StatusListAsks.Listed;
import io.aetherkeep.catalogue.StatusListAsks.ReadStatuses;
import io.aetherkeep.catalogue.StatusListAsks.StatusPage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Large documents: answers of many and feeds of one stay bounded. */
class StatusSizesTest extends StatusDeployment {

  private static final String FILLING = "x".repeat(60_000);

  private static String large(int progress) {
    return "{\"status\":\"running\",\"progress\":" + progress + ",\"x\":\"" + FILLING + "\"}";
  }

  @Test
  void aFeedOfLargeStatuses_isShort_andTellsOfTheGap() throws Exception {
    String first = put("crawl", "c1", large(0)).offset();
    String late = first;
    for (int i = 1; i <= 80; i++) {
      String offset = put("crawl", "c1", large(i)).offset();
      late = i == 70 ? offset : late;
    }
    assertTrue(foreign.number("XLEN", "feed:status:crawl:c1") <= (2 << 20) / 60_000);
    assertFalse(follow("crawl", "c1", first).recovered());
    Followed rest = follow("crawl", "c1", late);
    assertTrue(rest.recovered());
    assertEquals(10, rest.statuses().size());
  }

  @Test
  void aFeedThatIsTooLargeToBeAnswered_isAGap() throws Exception {
    String first = put("crawl", "c1", status("running")).offset();
    clock.move(Duration.ofSeconds(1));
    String last = put("crawl", "c1", status("completed")).offset();
    assertTrue(follow("crawl", "c1", first).recovered());
    foreign.send("DEL", "feed:status:crawl:c1");
    String before = first;
    for (int i = 1; i <= 128; i++) {
      String offset = first.replaceFirst("-.*", "-" + i);
      append(offset, before, large(1));
      before = offset;
    }
    append(last, before, status("completed"));
    foreign.send("HSET", "run:{crawl:status:c1}", "prev", before);
    Followed rest = follow("crawl", "c1", first);
    assertFalse(rest.recovered());
    assertEquals(1, rest.statuses().size());
    assertTrue(follow("crawl", "c1", before.replaceFirst("-.*", "-100")).recovered());
  }

  private void append(String offset, String previous, String document) {
    foreign.send(
        "XADD",
        "feed:status:crawl:c1",
        offset,
        "prev",
        previous,
        "attempt",
        "1",
        "phase",
        "running",
        "at",
        "1",
        "document",
        document);
  }

  @Test
  void manyLargeStatuses_areAnsweredInParts() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ids.add("c" + i);
      foreign.send("SETEX", "crawl:status:c" + i, "600", large(i));
    }
    List<String> left = ids;
    int answers = 0;
    Set<String> found = new HashSet<>();
    while (left != null) {
      DocumentsById some = ask(new ReadStatuses(SPACE, "crawl", left));
      assertTrue(some.found().size() <= 80, () -> "" + some.found().size());
      found.addAll(some.found().keySet());
      assertEquals(List.of(), some.missing());
      left = some.omitted();
      answers++;
    }
    assertEquals(new HashSet<>(ids), found);
    assertEquals(2, answers);
  }

  @Test
  void aHashOfManyFields_isWrittenByFewCommands() throws Exception {
    put("request", "r1", wide(1));
    foreign.send("CONFIG", "RESETSTAT");
    put("request", "r1", wide(2));
    long calls = calls("hset");
    assertTrue(calls <= 8, () -> calls + " HSET for " + WIDE + " fields");
    assertEquals(WIDE + 2, foreign.number("HLEN", "request:status:r1"));
    assertEquals(2, read("request", "r1").document().toString().indexOf("status"));
  }

  @Test
  void fieldsThatAnotherServiceAdded_areNoNewsOfOurOwnStatus() throws Exception {
    put("request", "r1", wide(1));
    foreign.send("HSET", "request:status:r1", "Zulu", "1", "alpha", "2", "_", "3");
    read("request", "r1");
    long received = foreign.number("XLEN", "feed:status:request:r1");
    read("request", "r1");
    put("request", "r1", wide(2));
    read("request", "r1");
    assertEquals(received + 1, foreign.number("XLEN", "feed:status:request:r1"));
  }

  private static final int WIDE = 900;

  private static String wide(int progress) {
    String fields =
        IntStream.range(0, WIDE)
            .mapToObj(number -> ",\"field-%d\":\"%s\"".formatted(number, "x".repeat(40)))
            .collect(Collectors.joining());
    return "{\"status\":\"processing\",\"progress\":" + progress + fields + "}";
  }

  private long calls(String command) {
    Matcher calls =
        Pattern.compile("cmdstat_" + command + ":calls=([0-9]+)")
            .matcher(foreign.text("INFO", "commandstats"));
    return calls.find() ? Long.parseLong(calls.group(1)) : 0;
  }

  @Test
  void aListOfLargeStatuses_comesInSmallPagesThatMissNone() throws Exception {
    for (int i = 0; i < 150; i++) {
      put("crawl", "c" + i, large(i % 100));
    }
    assertEquals(150, listed(500, 80).size());
  }

  @Test
  void aListOfFew_holdsNoMoreThanItWasAskedFor() throws Exception {
    for (int i = 0; i < 30; i++) {
      put("crawl", "c" + i, status("running"));
    }
    assertEquals(30, listed(7, 7).size());
  }

  private Set<String> listed(int limit, int most) throws Exception {
    Set<String> seen = new HashSet<>();
    String cursor = null;
    do {
      StatusPage page = ask(new ListStatuses(SPACE, "crawl", cursor, limit));
      assertTrue(page.items().size() <= most, () -> "" + page.items().size());
      page.items().stream().map(Listed::id).forEach(seen::add);
      cursor = page.next();
    } while (cursor != null);
    return seen;
  }
}
