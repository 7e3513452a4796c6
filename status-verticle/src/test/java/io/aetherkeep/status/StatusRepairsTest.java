package io.aetherkeep.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StatusListAsks.ListStatuses;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Damaged keys: an own index is rebuilt, a foreign value is named in the failure. */
class StatusRepairsTest extends StatusDeployment {

  private void breakKeys(String... keys) {
    for (String key : keys) {
      foreign.send("SET", key, "something else");
    }
  }

  @Test
  void brokenIndexes_areRepairedByTheNextWrite() throws Exception {
    String first = put("crawl", "c1", status("running", 1)).offset();
    breakKeys("index:underway:crawl", "feed:status:crawl:c1", "durations:status:crawl");
    put("crawl", "c1", status("running", 2));
    assertEquals(1, foreign.number("XLEN", "feed:status:crawl:c1"));
    assertEquals(1, foreign.number("ZCARD", "index:underway:crawl"));
    assertTrue(follow("crawl", "c1", first).recovered());
    breakKeys("durations:status:crawl");
    put("crawl", "c1", status("completed"));
    assertEquals(1, foreign.number("LLEN", "durations:status:crawl"));
  }

  @Test
  void brokenIndexes_areRepairedByAReadOrTheSweep() throws Exception {
    put("crawl", "c1", status("running", 1));
    breakKeys("durations:status:crawl");
    assertEquals(status("running", 1), read("crawl", "c1").document().toString());
    breakKeys("index:underway:deploy");
    assertEquals(List.of(), ask(new ListStatuses(SPACE, "deploy", null, null)).items());
    breakKeys("index:underway:request");
    Awaitility.await().until(() -> foreign.number("EXISTS", "index:underway:request") == 0);
  }

  @Test
  void aBrokenRun_isRepairedByTheNextWrite() throws Exception {
    put("crawl", "c1", status("running", 1));
    breakKeys("run:{crawl:status:c1}");
    put("crawl", "c1", status("running", 2));
    assertEquals(status("running", 2), read("crawl", "c1").document().toString());
  }

  @Test
  void aStatusOfAnotherType_isNamedUntilAWriteRepairsIt() throws Exception {
    for (String kind : List.of("crawl", "request")) {
      String key = kind.equals("crawl") ? "crawl:status:c1" : "request:status:c1";
      put(kind, "c1", status("running", 1));
      foreign.send("DEL", key);
      foreign.send("LPUSH", key, "x");
      assertNames(key, reading(kind, "c1"));
      put(kind, "c1", status("running", 1));
      assertTrue(read(kind, "c1").document().toString().contains("running"));
      assertTrue(foreign.number("TTL", key) > 0);
    }
  }

  private void assertNames(String key, Ask<?> ask) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> ask(ask));
    Failure failure = Failure.from(thrown.getCause());
    assertEquals(Code.UNREADABLE_VALUE, failure.code());
    assertTrue(failure.detail().contains(key), failure::detail);
  }
}
