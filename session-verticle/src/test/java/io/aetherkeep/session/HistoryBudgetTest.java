package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.HistoryAsks.History;
import io.aetherkeep.catalogue.HistoryAsks.ReadHistory;
import io.aetherkeep.document.Document;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The newest messages within a budget of tokens are read from the end, wherever a history is. */
class HistoryBudgetTest extends SessionDeployment {

  private static final int MESSAGES = 10_000;

  /** Bytes beside a read: what the node's own connections receive meanwhile. */
  private static final long FEW = 150_000;

  /** Locations of a history, with the tokens of its messages. */
  enum Location {
    FIELD {
      @Override
      void store(HistoryBudgetTest test, List<String> messages) {
        test.field(messages);
      }
    },
    SPACED_FIELD {
      @Override
      void store(HistoryBudgetTest test, List<String> messages) {
        test.field("\n[ " + String.join(" ,\t", messages) + " ] ");
      }
    },
    LIST {
      @Override
      void store(HistoryBudgetTest test, List<String> messages) {
        test.foreign(COUNCIL).send("HDEL", "session:s1", "history");
        test.list(messages);
      }
    },
    BOTH {
      @Override
      void store(HistoryBudgetTest test, List<String> messages) {
        test.field(messages);
        test.list(messages);
      }
    },
    FIELD_AND_TAIL {
      @Override
      void store(HistoryBudgetTest test, List<String> messages) {
        int flushed = messages.size() - 3;
        test.field(messages.subList(0, flushed));
        for (String pending : messages.subList(flushed, messages.size())) {
          test.foreign(COUNCIL).send("RPUSH", "tail:{session:s1}", pending);
        }
      }
    };

    abstract void store(HistoryBudgetTest test, List<String> messages);
  }

  private void field(List<String> messages) {
    field("[" + String.join(",", messages) + "]");
  }

  private void field(String history) {
    foreign(COUNCIL).send("HSET", "session:s1", "history", history);
  }

  private void list(List<String> messages) {
    for (int from = 0; from < messages.size(); from += 1000) {
      List<String> part = messages.subList(from, Math.min(from + 1000, messages.size()));
      Object[] push = new Object[2 + part.size()];
      push[0] = "RPUSH";
      push[1] = "session:s1:history";
      System.arraycopy(part.toArray(), 0, push, 2, part.size());
      foreign(COUNCIL).send(push);
    }
  }

  private static List<String> messages(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                "{\"role\":\"user\",\"content\":\"%d \\\\\\\" ] } é \\\\\",\"tokens\":%d}"
                    .formatted(i, i % 7))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void theNewestTokens_areReadFromTheEnd(Location location) throws Exception {
    open(COUNCIL, "s1", "u1");
    location.store(this, messages(MESSAGES));
    ask(new ReadHistory(COUNCIL, "s1", 1L, null)); // The first call sends the script.
    long before = sent();
    History newest = ask(new ReadHistory(COUNCIL, "s1", 300L, null));
    long took = sent() - before;
    assertEquals(102, newest.items().size());
    assertTrue(newest.truncated());
    assertTrue(took < FEW, () -> took + " bytes");
    ask(new ReadHistory(COUNCIL, "s1", null, 20));
    assertTrue(sent() - before < 2 * FEW);
  }

  /** Bytes that Redis has sent to all clients. */
  private long sent() {
    return Arrays.stream(foreign(COUNCIL).text("INFO", "stats").split("\r\n"))
        .filter(line -> line.startsWith("total_net_output_bytes:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
        .sum();
  }

  @ParameterizedTest
  @EnumSource
  void eachBudgetAndLimit_isAnsweredFromTheWholeHistory(Location location) throws Exception {
    open(COUNCIL, "s1", "u1");
    List<String> all = messages(1500);
    location.store(this, all);
    for (Integer limit : Arrays.asList(null, 1, 2, 64, 65, 200, 1499, 1500, 9000)) {
      for (long budget : new long[] {0, 1, 5, 190, 200, 800, 4000, 4490, 5000}) {
        History expected = expected(all, budget, limit == null ? all.size() : limit);
        History read = ask(new ReadHistory(COUNCIL, "s1", budget, limit));
        assertEquals(expected, read, () -> budget + " tokens, limit " + limit);
      }
    }
  }

  private static History expected(List<String> all, long budget, int limit) {
    int most = Math.min(limit, all.size());
    int from = all.size();
    long total = 0;
    while (from > all.size() - most && total + (from - 1) % 7 <= budget) {
      from--;
      total += from % 7;
    }
    List<Document> newest = all.subList(from, all.size()).stream().map(Document::of).toList();
    return new History(newest, total, from > 0);
  }
}
