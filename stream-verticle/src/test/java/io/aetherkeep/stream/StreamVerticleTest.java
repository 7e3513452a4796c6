package io.aetherkeep.stream;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StreamAsks.AppendToStream;
import io.aetherkeep.catalogue.StreamAsks.CreateStream;
import io.aetherkeep.catalogue.StreamAsks.DeleteStream;
import io.aetherkeep.catalogue.StreamAsks.DescribeStream;
import io.aetherkeep.catalogue.StreamAsks.Producer;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.catalogue.StreamAsks.StopStream;
import io.aetherkeep.catalogue.StreamAsks.StreamSlice;
import io.aetherkeep.catalogue.StreamAsks.StreamWritten;
import io.aetherkeep.catalogue.StreamFollowAsks.FollowStream;
import io.aetherkeep.catalogue.StreamListAsks.ReadStreamStats;
import io.aetherkeep.catalogue.StreamListAsks.StreamStats;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests the asks of streams: results and refusals. */
class StreamVerticleTest extends StreamDeployment {

  @Test
  void append_isReadFromAnyOffsetThatWasGivenOut() throws Exception {
    create("chat/1", TEXT);
    String afterFirst = append("chat/1", "Hello").offset();
    String afterSecond = append("chat/1", ", world").offset();
    assertEquals("Hello, world", whole("chat/1"));
    assertEquals(", world", read("chat/1", afterFirst).data().bytes().toString());
    StreamSlice atTail = read("chat/1", afterSecond);
    assertTrue(atTail.upToDate());
    assertEquals(0, atTail.data().length());
    assertTrue(afterFirst.compareTo(afterSecond) < 0);
    assertEquals(afterSecond, describe("chat/1").offset());
  }

  @Test
  void everyKeyOfAStream_isInOneSlotAndExpires() throws Exception {
    ask(creating("a", TEXT));
    ask(appending("a", "x", new Producer("p", 0, 0)));
    ask(appending("a", "y", new Producer("q", 0, 0)));
    ask(forking("b", "a", null, null));
    for (String key :
        List.of("stream:a", "chunk:{stream:a}:0", "producers:{stream:a}", "forks:{stream:a}")) {
      assertTrue(foreign.number("PTTL", key) > 0, key);
    }
  }

  @Test
  void appendsOfOneTurn_areAnsweredEachForItself() throws Exception {
    for (int i = 0; i < 20; i++) {
      create("turn/" + i, TEXT);
    }
    foreign.send("LPUSH", "stream:taken", "a list");
    List<Future<StreamWritten>> written = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Producer producer = new Producer("p" + i, 0, 0);
      written.add(bus.ask(appending("turn/" + i % 20, String.valueOf(100 + i), producer)));
    }
    Future<StreamWritten> ofAnotherType = bus.ask(appending("taken", TEXT, "x"));
    Future<StreamWritten> unknown = bus.ask(appending("never", TEXT, "x"));
    Future<StreamWritten> tooSoon = bus.ask(appending("turn/0", "x", new Producer("q", 0, 9)));
    await(Future.all(written));
    String third = whole("turn/3");
    assertEquals(30, third.length());
    for (int i = 3; i < 200; i += 20) {
      assertTrue(third.contains(String.valueOf(100 + i)), third);
    }
    assertEquals(Code.UNREADABLE_VALUE, code(ofAnotherType));
    assertEquals(Code.STREAM_UNKNOWN, code(unknown));
    assertEquals(Code.SEQUENCE_CONFLICT, code(tooSoon));
  }

  private static Code code(Future<?> failing) throws Exception {
    await(failing.transform(Future::succeededFuture));
    return Failure.from(failing.cause()).code();
  }

  @Test
  void appendToAServerWhoseMemoryIsFull_isToBeTriedAgain() throws Exception {
    create("full", TEXT);
    append("full", "a");
    foreign.send("CONFIG", "SET", "maxmemory", "1");
    try {
      refused(Code.REDIS_UNAVAILABLE, appending("full", "b", new Producer("p", 0, 0)));
    } finally {
      foreign.send("CONFIG", "SET", "maxmemory", "0");
    }
    append("full", "c");
    assertEquals("ac", whole("full"));
  }

  @Test
  void appendToAChunkThatAnotherCut_isRefused_andLeavesItAsItIs() throws Exception {
    create("cut", TEXT);
    append("cut", "0123456789");
    foreign.send("SET", "chunk:{stream:cut}:0", "01234", "KEEPTTL");
    refused(Code.UNREADABLE_VALUE, appending("cut", TEXT, "more"));
    assertEquals("01234", foreign.text("GET", "chunk:{stream:cut}:0"));
    foreign.send("DEL", "chunk:{stream:cut}:0");
    refused(Code.UNREADABLE_VALUE, appending("cut", TEXT, "more"));
    assertEquals(0, foreign.number("EXISTS", "chunk:{stream:cut}:0"));
  }

  /** The state after a script that Redis aborts because the user may not use its next command. */
  @Test
  void bytesBeyondTheTail_areReplacedByTheNextAppend() throws Exception {
    create("half", TEXT);
    append("half", "0123456789");
    foreign.send("APPEND", "chunk:{stream:half}:0", "never acknowledged");
    foreign.send("SET", "chunk:{stream:half}:1", "never acknowledged");
    assertEquals("0123456789", whole("half"));
    append("half", "abc");
    assertEquals("0123456789abc", whole("half"));
    String more = "x".repeat(140_000);
    append("half", more);
    assertEquals("0123456789abc" + more, whole("half"));
    assertTrue(foreign.number("PTTL", "chunk:{stream:half}:0") > 0);
    assertTrue(foreign.number("PTTL", "chunk:{stream:half}:1") > 0);
  }

  @Test
  void whatIsLeftOfAnotherStream_isNotAppendedTo() throws Exception {
    foreign.send("SET", "chunk:{stream:fresh}:0", "left over");
    foreign.send("LPUSH", "chunk:{stream:fresh}:1", "left over");
    create("fresh", TEXT);
    append("fresh", "a");
    append("fresh", "b".repeat(200_000));
    assertEquals("a" + "b".repeat(200_000), whole("fresh"));
  }

  @Test
  void producersThatTakeTurns_areEachKnown_alsoInOneTurn() throws Exception {
    create("s", TEXT);
    for (int seq = 0; seq < 3; seq++) {
      for (String id : List.of("p", "q", "an id", "1 2 3")) {
        assertFalse(ask(appending("s", id + seq, new Producer(id, 7, seq))).repeated());
      }
    }
    String all = whole("s");
    List<Future<StreamWritten>> again = new ArrayList<>();
    for (String id : List.of("p", "q", "an id", "1 2 3")) {
      refused(Code.SEQUENCE_CONFLICT, appending("s", "x", new Producer(id, 7, 4)));
      refused(Code.PRODUCER_FENCED, appending("s", "x", new Producer(id, 6, 3)));
      again.add(bus.ask(appending("s", "x", new Producer(id, 7, 2))));
      again.add(bus.ask(appending("s", "x", new Producer(id, 7, 0))));
    }
    for (Future<StreamWritten> written : again) {
      assertTrue(await(written).repeated());
    }
    assertEquals(all, whole("s"));
    assertFalse(ask(appending("s", "!", new Producer("p", 8, 0))).repeated());
    assertEquals(all + "!", whole("s"));
  }

  @Test
  void streamThatAnotherWroteOver_isRefused_andCanBeDeleted() throws Exception {
    create("junk", TEXT);
    append("junk", "text");
    foreign.send("HSET", "stream:junk", "head", "junk");
    refused(Code.UNREADABLE_VALUE, appending("junk", TEXT, "more"));
    refused(Code.UNREADABLE_VALUE, new ReadStream(SPACE, "junk", null, null));
    refused(Code.UNREADABLE_VALUE, new DescribeStream(SPACE, "junk", null));
    refused(Code.UNREADABLE_VALUE, creating("junk", TEXT));
    ask(new DeleteStream(SPACE, "junk"));
    create("junk", TEXT);
    append("junk", "text");
    assertEquals("text", whole("junk"));
  }

  @Test
  void append_thatIsLongerThanAChunk_isReadWhole() throws Exception {
    create("long", TEXT);
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      String part = Integer.toString(i).repeat(100_000 + 77_777 * i);
      append("long", part);
      all.append(part);
    }
    assertEquals(all.toString(), whole("long"));
    assertEquals(131072, foreign.number("STRLEN", "chunk:{stream:long}:0"));
  }

  @Test
  void deletedStream_leavesNothing_andItsOffsetsAreNotThoseOfTheNextOne() throws Exception {
    create("again", TEXT);
    String before = append("again", "12345").offset();
    ask(new DeleteStream(SPACE, "again"));
    assertEquals(0, foreign.number("DBSIZE"));
    refused(Code.STREAM_UNKNOWN, new ReadStream(SPACE, "again", null, null));
    create("again", TEXT);
    String after = append("again", "54321").offset();
    assertNotEquals(before, after);
    refused(Code.OFFSET_GONE, new ReadStream(SPACE, "again", before, null));
  }

  @Test
  void offsetsBeyondTheTail_andWhatIsNoOffset_areRefused() throws Exception {
    create("s", TEXT);
    append("s", "abc");
    String beyond = describe("s").offset().substring(0, 17) + "0000000000000004";
    refused(Code.INVALID_OFFSET, new ReadStream(SPACE, "s", beyond, null));
    refused(Code.INVALID_OFFSET, new ReadStream(SPACE, "s", "3", null));
    refused(Code.INVALID_OFFSET, new ReadStream(SPACE, "s", "", null));
  }

  @Test
  void appendsThatRedisLost_areReportedToTheirReaders() throws Exception {
    create("lossy", TEXT);
    String kept = append("lossy", "kept").offset();
    String lost = append("lossy", " and lost").offset();
    // The state of a replica that became master before it received the second append.
    foreign.send("SET", "chunk:{stream:lossy}:0", "kept");
    change("lossy", TAIL, "4");
    change("lossy", RUN, "another-server");
    refused(Code.OFFSET_GONE, new ReadStream(SPACE, "lossy", lost, null));
    assertTrue(read("lossy", kept).upToDate());
    String now = append("lossy", " and sound").offset();
    refused(Code.OFFSET_GONE, new ReadStream(SPACE, "lossy", lost, null));
    assertEquals(" and sound", read("lossy", kept).data().bytes().toString());
    assertTrue(lost.compareTo(now) < 0);
  }

  @Test
  void partRemovedByAnother_isReported_andNotOverwritten() throws Exception {
    create("damaged", TEXT);
    append("damaged", "text");
    foreign.send("DEL", "chunk:{stream:damaged}:0");
    refused(Code.UNREADABLE_VALUE, new ReadStream(SPACE, "damaged", null, null));
    refused(Code.UNREADABLE_VALUE, appending("damaged", TEXT, "more"));
  }

  @Test
  void producersAppend_isDoneOnce_howeverOftenItIsSent() throws Exception {
    create("p", TEXT);
    assertFalse(ask(appending("p", "a", new Producer("x", 0, 0))).repeated());
    assertFalse(ask(appending("p", "b", new Producer("x", 0, 1))).repeated());
    StreamWritten again = ask(appending("p", "a", new Producer("x", 0, 0)));
    assertTrue(again.repeated());
    assertEquals(1, again.producer().seq());
    assertEquals("ab", whole("p"));
    Failure gap = refused(Code.SEQUENCE_CONFLICT, appending("p", "d", new Producer("x", 0, 3)));
    assertEquals("2", gap.member("expectedSeq"));
    ask(appending("p", "c", new Producer("x", 1, 0)));
    Failure fenced = refused(Code.PRODUCER_FENCED, appending("p", "z", new Producer("x", 0, 2)));
    assertEquals("1", fenced.member("producerEpoch"));
    refused(Code.INVALID_HEADER, appending("p", "z", new Producer("x", 2, 1)));
  }

  @Test
  void concurrentRetries_ofOneProducer_appendOnce() throws Exception {
    create("race", TEXT);
    List<Future<StreamWritten>> all = new ArrayList<>();
    StringBuilder expected = new StringBuilder();
    for (int seq = 0; seq < 50; seq++) {
      List<Future<StreamWritten>> same = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        same.add(bus.ask(appending("race", seq + ";", new Producer("x", 0, seq))));
      }
      await(Future.all(same));
      all.addAll(same);
      expected.append(seq).append(';');
    }
    assertEquals(expected.toString(), whole("race"));
    assertEquals(50, all.stream().filter(answer -> !answer.result().repeated()).count());
  }

  @Test
  void closedStream_takesNothingMore_andSaysWhereItEnds() throws Exception {
    create("c", TEXT);
    append("c", "one");
    String end = ask(closing("c", "two")).offset();
    assertTrue(ask(closing("c", null)).closed());
    Failure closed = refused(Code.STREAM_CLOSED, appending("c", TEXT, "three"));
    assertEquals(end, closed.member("nextOffset"));
    assertTrue(read("c", end).closed());
    assertFalse(read("c", null).data().isEmpty());
  }

  @Test
  void stop_endsTheStream_andNotifiesTheProducer() throws Exception {
    create("st", TEXT);
    append("st", "half an ans");
    assertEquals("user", ask(new StopStream(SPACE, "st", "user", null)).stopped());
    assertEquals("user", ask(new StopStream(SPACE, "st", "again", null)).stopped());
    Failure stopped = refused(Code.STREAM_STOPPED, appending("st", TEXT, "wer"));
    assertEquals("user", stopped.member("stopped"));
    assertEquals("half an ans", whole("st"));
    refused(Code.INVALID_BODY, new StopStream(SPACE, "st", "", null));
    refused(Code.STREAM_UNKNOWN, new StopStream(SPACE, "none", "user", null));
  }

  @Test
  void jsonMessages_areKeptApart_alsoWhereAPieceEnds() throws Exception {
    create("j", JSON);
    ask(appending("j", JSON, "[{\"a\":1}, [2 , 3]]"));
    ask(appending("j", JSON, " \"text\" "));
    assertEquals("{\"a\":1}\u001e[2 , 3]\u001e \"text\" \u001e", whole("j"));
    refused(Code.INVALID_BODY, appending("j", JSON, "[]"));
    refused(Code.INVALID_BODY, appending("j", JSON, "{\"a\":"));
    refused(Code.CONTENT_TYPE_CONFLICT, appending("j", TEXT, "x"));
    String message = "\"" + "m".repeat(400_000) + "\"";
    for (int i = 0; i < 6; i++) {
      ask(appending("j", JSON, message));
    }
    StreamSlice slice = read("j", null);
    assertFalse(slice.upToDate());
    assertEquals(0x1e, slice.data().bytes().getByte(slice.data().length() - 1));
  }

  /** The state of an append under a higher limit. */
  @Test
  void messageThatIsLongerThanAPiece_isReadWhole() throws Exception {
    create("j", JSON);
    ask(appending("j", JSON, "1"));
    ask(appending("j", JSON, "2"));
    String long1 = "\"" + "x".repeat(2_000_000) + "\"\u001e";
    foreign.send("SET", "chunk:{stream:j}:0", ("1\u001e" + long1).substring(0, 131_072));
    for (int i = 1; i <= 15; i++) {
      String all = "1\u001e" + long1 + "2\u001e";
      String chunk = all.substring(i * 131_072, Math.min(all.length(), (i + 1) * 131_072));
      foreign.send("SET", "chunk:{stream:j}:" + i, chunk);
    }
    change("j", TAIL, "" + (4 + long1.length()));
    assertEquals("1\u001e" + long1 + "2\u001e", whole("j"));
  }

  @Test
  void creation_isRepeatable_andRefusedWhereItDiffers() throws Exception {
    assertTrue(create("same", TEXT).created());
    assertFalse(create("same", "TEXT/Plain; charset=utf-8").created());
    refused(Code.STREAM_EXISTS, creating("same", JSON));
    refused(
        Code.STREAM_EXISTS,
        new CreateStream(SPACE, "same", TEXT, 60L, null, false, null, null, null));
    refused(Code.INVALID_ID, creating("__ds/x", TEXT));
    refused(Code.INVALID_ID, creating("a{b}", TEXT));
    refused(Code.INVALID_HEADER, creating("t", "no type"));
    refused(
        Code.INVALID_TTL,
        new CreateStream(SPACE, "e", TEXT, null, "yesterday", false, null, null, null));
    refused(
        Code.INVALID_TTL,
        new CreateStream(SPACE, "e", TEXT, null, "2020-01-01T00:00:00Z", false, null, null, null));
  }

  @Test
  void streamsOfTwoSpaces_areApart() throws Exception {
    create("x", TEXT);
    refused(Code.STREAM_UNKNOWN, new DescribeStream("prefixed", "x", null));
    refused(Code.SPACE_UNKNOWN, new DescribeStream("none", "x", null));
  }

  @Test
  void streamSequence_comparesByteByByte() throws Exception {
    create("q", TEXT);
    ask(new AppendToStream(SPACE, "q", TEXT, octets("1"), false, "09", null, null));
    ask(new AppendToStream(SPACE, "q", TEXT, octets("2"), false, "10", null, null));
    refused(
        Code.SEQUENCE_CONFLICT,
        new AppendToStream(SPACE, "q", TEXT, octets("3"), false, "10", null, null));
    ask(new AppendToStream(SPACE, "q", TEXT, octets("3"), false, "2", null, null));
    refused(
        Code.SEQUENCE_CONFLICT,
        new AppendToStream(SPACE, "q", TEXT, octets("4"), false, "10", null, null));
    // Order by bytes, not by locale: capitals come first.
    ask(new AppendToStream(SPACE, "q", TEXT, octets("4"), false, "B", null, null));
    ask(new AppendToStream(SPACE, "q", TEXT, octets("5"), false, "a", null, null));
  }

  @Test
  void whatIsDone_isCounted() throws Exception {
    create("n", TEXT);
    append("n", "four");
    ask(appending("n", "abc", new Producer("p", 0, 0)));
    ask(appending("n", "abc", new Producer("p", 0, 0)));
    refused(Code.SEQUENCE_CONFLICT, appending("n", "abc", new Producer("p", 0, 7)));
    ask(new StopStream(SPACE, "n", "enough", null));
    ask(new StopStream(SPACE, "n", "again", null));
    refused(Code.STREAM_STOPPED, appending("n", TEXT, "x"));
    refused(Code.STREAM_UNKNOWN, appending("none", TEXT, "x"));
    create("closed", TEXT);
    ask(closing("closed", "x"));
    ask(new FollowStream(SPACE, "n"));
    StreamStats stats = ask(new ReadStreamStats(SPACE));
    assertEquals(
        List.of(3L, 1L, 8L, 1, List.of("n")),
        List.of(stats.appends(), stats.repeated(), stats.bytes(), stats.followed(), stats.paths()));
    assertEquals(Map.of("producer", 1L, "stopped", 1L, "abandoned", 0L), stats.closed());
    assertEquals(1L, stats.refused().get("gap"));
    assertEquals(1L, stats.refused().get("stopped"));
    assertEquals(1L, stats.refused().get("unknown"));
    assertEquals(0, ask(new ReadStreamStats("prefixed")).appends());
    refused(Code.SPACE_UNKNOWN, new ReadStreamStats("none"));
  }

  @Test
  void limits_areReportedBeforeAnyWrite() throws Exception {
    create("b", TEXT);
    String most = "x".repeat(1 << 20);
    refused(Code.TOO_LARGE, appending("b", TEXT, most + "x"));
    for (int i = 0; i < 4; i++) {
      append("b", most);
    }
    refused(Code.TOO_LARGE, appending("b", TEXT, "x"));
    assertEquals(4 << 20, describe("b").bytes());
  }
}
