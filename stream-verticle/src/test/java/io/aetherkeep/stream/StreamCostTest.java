package io.aetherkeep.stream;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.StreamAsks.AppendToStream;
import io.aetherkeep.catalogue.StreamAsks.DeleteStream;
import io.aetherkeep.catalogue.StreamAsks.Producer;
import io.aetherkeep.catalogue.StreamFollowAsks.FollowStream;
import io.aetherkeep.catalogue.StreamFollowAsks.StreamHeard;
import io.aetherkeep.catalogue.StreamFollowAsks.UnfollowStream;
import io.aetherkeep.document.Octets;
import io.aetherkeep.stream.settings.StreamSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Cost of streams in Redis, counted in commands, messages and bytes. */
class StreamCostTest extends StreamDeployment {

  private static final String CHANNEL = "changes:stream:0:s";

  @Override
  protected StreamSettings settings() {
    return new StreamSettings(200 << 20, 1 << 20, Duration.ofHours(1));
  }

  @Test
  void thousandFollowers_areOneSubscription_whichTheLastOneEnds() throws Exception {
    create("s", TEXT);
    for (int i = 0; i < 1000; i++) {
      ask(new FollowStream(SPACE, "s"));
    }
    await().until(() -> foreign.text("PUBSUB", "NUMSUB", CHANNEL).equals("[" + CHANNEL + ", 1]"));
    for (int i = 0; i < 999; i++) {
      ask(new UnfollowStream(SPACE, "s"));
    }
    assertTrue(ask(new FollowStream(SPACE, "s")).followed());
    ask(new UnfollowStream(SPACE, "s"));
    ask(new UnfollowStream(SPACE, "s"));
    await().until(() -> foreign.text("PUBSUB", "NUMSUB", CHANNEL).equals("[" + CHANNEL + ", 0]"));
  }

  @Test
  void appendsOfOneTurn_areOneMessage_withTheBytesOfAllInTheirOrder() throws Exception {
    BlockingQueue<StreamHeard> heard = follow();
    List<String> parts = IntStream.range(0, 60).mapToObj(i -> "<" + i + ">").toList();
    inOneTurn(parts);
    StreamHeard first = heard.poll(20, TimeUnit.SECONDS);
    assertEquals(String.join("", parts), first.data().bytes().toString());
    assertEquals(describe("s").offset(), first.next());
    append("s", "after");
    assertEquals("after", heard.poll(20, TimeUnit.SECONDS).data().bytes().toString());
  }

  @Test
  void appendsOfOneTurn_thatAreLong_areAsManyMessagesAsHoldThem() throws Exception {
    BlockingQueue<StreamHeard> heard = follow();
    List<String> parts = IntStream.range(0, 5).mapToObj(i -> ("" + i).repeat(30_000)).toList();
    inOneTurn(parts);
    StringBuilder all = new StringBuilder();
    for (int message = 0; message < 3; message++) {
      all.append(heard.poll(20, TimeUnit.SECONDS).data().bytes());
    }
    assertEquals(String.join("", parts), all.toString());
    append("s", "after");
    assertEquals("after", heard.poll(20, TimeUnit.SECONDS).data().bytes().toString());
  }

  @Test
  void hundredThousandChunksOfOneProducer_areAllThereInTheirOrder_inSomeThousandScripts()
      throws Exception {
    create("s", TEXT);
    foreign.send("CONFIG", "RESETSTAT");
    Promise<Void> done = Promise.promise();
    vertx.runOnContext(turn -> appendFrom(0).onComplete(done));
    await(done.future());
    assertTrue(calls("evalsha") < 100_000 / 30, () -> "" + calls("evalsha"));
    StringBuilder all = new StringBuilder();
    IntStream.range(0, 100_000).forEach(seq -> all.append(chunk(seq)));
    assertEquals(all.toString(), whole("s"));
    // Two million bytes, and the stream, whose head has its only producer.
    assertEquals(16 + 1, foreign.number("DBSIZE"));
  }

  @Test
  void plainAppend_isOneScriptOfFourCommands_alsoOneOfAProducer() throws Exception {
    create("s", TEXT);
    ask(appending("s", "first", new Producer("p", 0, 0)));
    foreign.send("CONFIG", "RESETSTAT");
    append("s", "second");
    ask(appending("s", "third", new Producer("p", 0, 1)));
    for (String command : List.of("evalsha", "hget", "append", "hset", "publish")) {
      assertEquals(2, calls(command), command);
    }
    assertEquals("firstsecondthird", whole("s"));
  }

  @Test
  void appendsOfOneTurn_fillAChunk_andContinueInTheNext() throws Exception {
    create("s", TEXT);
    append("s", "x");
    List<String> parts = new ArrayList<>(List.of("y".repeat(65_535), "z".repeat(65_536)));
    IntStream.range(0, 50).mapToObj(i -> "<" + i + ">").forEach(parts::add);
    inOneTurn(parts);
    append("s", "after");
    assertEquals("x" + String.join("", parts) + "after", whole("s"));
    assertEquals(131_072, foreign.number("STRLEN", "chunk:{stream:s}:0"));
    assertTrue(foreign.number("PTTL", "chunk:{stream:s}:1") > 0);
  }

  @Test
  void appendsOfOneTurn_thatAreNotPlain_keepTheirPlaceAmongThose() throws Exception {
    create("s", TEXT);
    append("s", "0");
    List<AppendToStream> asks =
        List.of(
            appending("s", "1", new Producer("p", 0, 0)),
            appending("s", "2", new Producer("p", 0, 1)),
            new AppendToStream(SPACE, "s", TEXT, octets("3"), false, "a", null, null),
            appending("s", TEXT, "4"),
            appending("s", "x", new Producer("p", 0, 1)),
            appending("s", "5", new Producer("q", 0, 0)),
            closing("s", "6"));
    Promise<Void> done = Promise.promise();
    vertx.runOnContext(
        turn -> Future.all(asks.stream().map(bus::ask).toList()).<Void>mapEmpty().onComplete(done));
    await(done.future());
    assertEquals("0123456", whole("s"));
    assertTrue(describe("s").closed());
  }

  private static String chunk(int seq) {
    return "<a chunk of %07d>".formatted(seq);
  }

  /** With a window of 64 concurrent appends. */
  private Future<Void> appendFrom(int seq) {
    List<Future<?>> window = new ArrayList<>();
    for (int next = seq; next < Math.min(seq + 64, 100_000); next++) {
      window.add(bus.ask(appending("s", chunk(next), new Producer("p", 0, next))));
    }
    return Future.all(window)
        .compose(
            done -> seq + 64 < 100_000 ? appendFrom(seq + 64) : Future.<Void>succeededFuture());
  }

  private BlockingQueue<StreamHeard> follow() throws Exception {
    BlockingQueue<StreamHeard> heard = new LinkedBlockingQueue<>();
    await(bus.onSignal(StreamHeard.class, heard::add));
    create("s", TEXT);
    ask(new FollowStream(SPACE, "s"));
    await().until(() -> foreign.text("PUBSUB", "NUMSUB", CHANNEL).equals("[" + CHANNEL + ", 1]"));
    return heard;
  }

  private void inOneTurn(List<String> parts) throws Exception {
    Promise<Void> done = Promise.promise();
    vertx.runOnContext(
        turn -> {
          List<Future<?>> written = new ArrayList<>();
          parts.forEach(part -> written.add(bus.ask(appending("s", TEXT, part))));
          Future.all(written).<Void>mapEmpty().onComplete(done);
        });
    await(done.future());
  }

  @Test
  void appendAndRead_runTheSameCommandsAt100MbAsAt1Kb_andKeysAreAsManyAsChunks() throws Exception {
    create("s", TEXT);
    append("s", "x".repeat(1000));
    Map<String, Long> small = costOfAppendAndRead();
    Octets megabyte = Octets.of(Buffer.buffer("y".repeat(1 << 20)));
    for (int i = 0; i < 100; i++) {
      ask(new AppendToStream(SPACE, "s", TEXT, megabyte, false, null, null, null));
    }
    assertEquals(small, costOfAppendAndRead());
    // The stream itself, and 128 KiB in each chunk except the last.
    assertEquals(1 + 801, foreign.number("DBSIZE"));
    ask(new DeleteStream(SPACE, "s"));
    assertEquals(0, foreign.number("DBSIZE"));
  }

  /** Commands by their names, and the bytes that were read. */
  private Map<String, Long> costOfAppendAndRead() throws Exception {
    String before = append("s", "a token of twenty b.").offset();
    foreign.send("CONFIG", "RESETSTAT");
    append("s", "a token of twenty b.");
    long read = read("s", before).data().length();
    Map<String, Long> cost = new TreeMap<>();
    for (String name :
        List.of("evalsha", "append", "getrange", "hmget", "hget", "hset", "publish", "pexpireat")) {
      cost.put(name, calls(name));
    }
    cost.put("bytes read", read);
    return cost;
  }

  private long calls(String command) {
    return foreign
        .text("INFO", "commandstats")
        .lines()
        .filter(line -> line.startsWith("cmdstat_" + command + ":calls="))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('=') + 1, line.indexOf(','))))
        .sum();
  }
}
