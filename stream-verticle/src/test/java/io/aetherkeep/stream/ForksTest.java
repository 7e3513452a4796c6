package io.aetherkeep.stream;

import static io.aetherkeep.testing.Futures.await;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StatusAsks.PutStatus;
import io.aetherkeep.catalogue.StreamAsks.CreateStream;
import io.aetherkeep.catalogue.StreamAsks.DeleteStream;
import io.aetherkeep.catalogue.StreamAsks.DescribeStream;
import io.aetherkeep.catalogue.StreamAsks.Fork;
import io.aetherkeep.catalogue.StreamAsks.Producer;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.catalogue.StreamAsks.StreamExtras;
import io.aetherkeep.catalogue.StreamAsks.StreamInfo;
import io.aetherkeep.catalogue.StreamListAsks.ListStreams;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the data that a fork inherits, and its lifetime. */
class ForksTest extends StreamDeployment {

  @Test
  void fork_startsLikeItsSource_andContinuesIndependently() throws Exception {
    create("src", TEXT);
    String anchor = append("src", "common").offset();
    append("src", " of the source");
    ask(forking("fork", "src", anchor, null));
    assertEquals(anchor, describe("fork").offset());
    append("fork", " of the fork");
    assertEquals("common of the fork", whole("fork"));
    assertEquals("common of the source", whole("src"));
    refused(Code.OFFSET_GONE, new ReadStream(SPACE, "fork", describe("src").offset(), null));
  }

  /** The source, and so the fork's first epoch, is older than the earlier stream. */
  @Test
  void fork_refusesOffsetsOfAnEarlierStreamAtItsPath() throws Exception {
    create("src", TEXT);
    append("src", "common");
    create("path", TEXT);
    String first = append("path", "abc").offset();
    String tail = append("path", "def").offset();
    ask(new DeleteStream(SPACE, "path"));
    ask(forking("path", "src", null, null));
    for (String offset : List.of(first, tail)) {
      refused(Code.OFFSET_GONE, new ReadStream(SPACE, "path", offset, null));
    }
    append("path", " text");
    for (String offset : List.of(first, tail)) {
      refused(Code.OFFSET_GONE, new ReadStream(SPACE, "path", offset, null));
    }
    assertEquals("common text", whole("path"));
  }

  @Test
  void forksOfForks_readThroughAllTheirSources() throws Exception {
    create("a", TEXT);
    append("a", "aaa");
    ask(forking("b", "a", null, null));
    append("b", "bbb");
    ask(forking("c", "b", null, null));
    append("c", "ccc");
    ask(forking("d", "c", describe("a").offset(), 2L));
    append("d", "ddd");
    assertEquals("aaabbbccc", whole("c"));
    assertEquals("aaabbddd", whole("d"));
    refused(Code.INVALID_HEADER, forking("e", "a", describe("a").offset(), 1L));
  }

  @Test
  void longInheritance_isReadPieceByPiece() throws Exception {
    create("long", TEXT);
    for (int i = 0; i < 3; i++) {
      append("long", Integer.toString(i).repeat(1 << 20));
    }
    ask(forking("of-long", "long", null, null));
    append("of-long", "end");
    assertEquals(whole("long") + "end", whole("of-long"));
  }

  @Test
  void deletedSource_isKeptForItsForks_andGoesWithTheLast() throws Exception {
    create("s", TEXT);
    append("s", "text");
    ask(forking("f1", "s", null, null));
    ask(forking("f2", "f1", null, null));
    assertTrue(ask(new DeleteStream(SPACE, "s")).retained());
    assertTrue(ask(new DeleteStream(SPACE, "f1")).retained());
    refused(Code.STREAM_GONE, new ReadStream(SPACE, "s", null, null));
    refused(Code.STREAM_EXISTS, creating("s", TEXT));
    refused(Code.SOURCE_GONE, forking("f3", "s", null, null));
    assertEquals("text", whole("f2"));
    ask(new DeleteStream(SPACE, "f2"));
    assertEquals(0, foreign.number("EXISTS", "stream:s", "stream:f1", "stream:f2"));
    assertTrue(create("s", TEXT).created());
  }

  @Test
  void deletedSource_isRemoved_alsoWhenItsForkExpiredOrWasNeverCreated() throws Exception {
    create("s", TEXT);
    append("s", "text");
    ask(forking("f", "s", null, null));
    foreign.send("ZADD", "forks:{stream:s}", "1", "f", "1", "never-made");
    ask(new DeleteStream(SPACE, "s"));
    // As Redis does at the expiry.
    foreign.send("DEL", "stream:f");
    await().until(() -> foreign.number("EXISTS", "stream:s") == 0);
    assertEquals(0, foreign.number("EXISTS", "chunk:{stream:s}:0", "forks:{stream:s}"));
  }

  @Test
  void expiredSource_isKeptForItsForks() throws Exception {
    create("s", TEXT);
    append("s", "text");
    ask(forking("f", "s", null, null));
    expire("s");
    refused(Code.STREAM_GONE, new ReadStream(SPACE, "s", null, null));
    assertEquals("text", whole("f"));
    assertTrue(foreign.number("PTTL", "stream:s") > 80_000_000);
  }

  @Test
  void producersOfTheSource_areUnknownToTheFork() throws Exception {
    create("s", TEXT);
    ask(appending("s", "x", new Producer("p", 3, 0)));
    ask(forking("f", "s", null, null));
    ask(appending("f", "y", new Producer("p", 0, 0)));
    assertEquals("xy", whole("f"));
  }

  @Test
  void refusedFork_leavesNothingAtItsSource() throws Exception {
    create("s", TEXT);
    create("taken", JSON);
    refused(Code.STREAM_EXISTS, forking("taken", "s", null, null));
    refused(Code.STREAM_UNKNOWN, forking("f", "none", null, null));
    assertEquals(0, foreign.number("ZCARD", "forks:{stream:s}"));
  }

  @Test
  void forkThatExists_staysAtItsSource_ifItsStatusCannotBeWritten() throws Exception {
    await(vertx.deployVerticle(new BrokenStatuses()));
    create("s", TEXT);
    append("s", "text");
    StreamExtras extras = new StreamExtras(null, null, null, "podcast/p1");
    Fork fork = new Fork("s", null, null);
    refused(
        Code.REDIS_UNAVAILABLE,
        new CreateStream(SPACE, "f", null, null, null, false, null, fork, extras));
    assertTrue(ask(new DeleteStream(SPACE, "s")).retained());
    assertEquals("text", whole("f"));
  }

  private final class BrokenStatuses extends VerticleBase {
    @Override
    public Future<?> start() {
      return bus.answer(
          PutStatus.class,
          ask -> Future.failedFuture(Failure.of(Code.REDIS_UNAVAILABLE, "Redis is unavailable")));
    }
  }

  @Test
  void forkThatExists_staysAtItsSource_ifAnotherOneIsRefused() throws Exception {
    create("s", TEXT);
    ask(forking("f", "s", null, null));
    // As if the other one had been entered first.
    foreign.send("ZREM", "forks:{stream:s}", "f");
    Fork other = new Fork("s", null, null);
    refused(
        Code.STREAM_EXISTS,
        new CreateStream(SPACE, "f", null, 60L, null, false, null, other, null));
    assertEquals(1, foreign.number("ZCARD", "forks:{stream:s}"));
  }

  @Test
  void forkThatMayBeInCreation_staysAtItsSource() throws Exception {
    create("s", TEXT);
    ask(forking("f", "s", null, null));
    foreign.send("DEL", "stream:f");
    sweep("s");
    assertEquals(1, foreign.number("ZCARD", "forks:{stream:s}"));
    foreign.send("ZADD", "forks:{stream:s}", "1", "f");
    ask(forking("f", "s", null, null));
    foreign.send("DEL", "stream:f");
    sweep("s");
    assertEquals(1, foreign.number("ZCARD", "forks:{stream:s}"));
  }

  /** Makes a sweep due, and waits for its end. */
  private void sweep(String path) {
    foreign.send("ZADD", "index:streams-due", "1", path);
    // A fraction marks an entry that is claimed.
    await().until(() -> foreign.text("ZSCORE", "index:streams-due", path).matches("\\d{5,}"));
  }

  @Test
  void keysOfASource_areExtendedBySweeps_ifHalfTheirTimeHasPassed() throws Exception {
    ask(new CreateStream(SPACE, "s", TEXT, 60L, null, false, octets("text"), null, null));
    ask(forking("f", "s", null, null));
    String life = foreign.text("HGET", "stream:s", "life");
    sweep("s");
    assertEquals(life, foreign.text("HGET", "stream:s", "life"));
    String[] parts = life.split(" ", -1);
    parts[1] = Long.toString(Long.parseLong(parts[1]) - 50_000_000);
    foreign.send("HSET", "stream:s", "life", String.join(" ", parts));
    foreign.send("PEXPIRE", "chunk:{stream:s}:0", "1000000");
    sweep("s");
    assertTrue(foreign.number("PTTL", "chunk:{stream:s}:0") > 80_000_000);
  }

  @Test
  void jsonFork_countsMessages() throws Exception {
    create("j", JSON);
    String start = describe("j").offset();
    ask(appending("j", JSON, "[1, 2, 3]"));
    ask(forking("two", "j", start, 2L));
    ask(appending("two", JSON, "9"));
    assertEquals("1\u001e2\u001e9\u001e", whole("two"));
    refused(Code.INVALID_HEADER, forking("four", "j", start, 4L));
  }

  @Test
  void subOffset_reachesBeyondOneSlice_upToTheEndOfTheSource() throws Exception {
    create("s", TEXT);
    create("j", JSON);
    String start = describe("s").offset();
    String first = describe("j").offset();
    String message = '"' + "m".repeat(9_998) + '"';
    String hundred = "[" + String.join(",", Collections.nCopies(100, message)) + "]";
    for (int i = 0; i < 3; i++) {
      append("s", Integer.toString(i).repeat(1 << 20));
      ask(appending("j", JSON, hundred));
    }
    ask(forking("text", "s", start, (5L << 20) / 2));
    assertEquals(whole("s").substring(0, (5 << 20) / 2), whole("text"));
    ask(forking("all", "s", start, 3L << 20));
    assertEquals(describe("s").offset(), describe("all").offset());
    refused(Code.INVALID_HEADER, forking("none", "s", start, (3L << 20) + 1));
    ask(forking("messages", "j", first, 250L));
    assertEquals((message + "\u001e").repeat(250), whole("messages"));
    ask(forking("all-messages", "j", first, 300L));
    assertEquals(whole("j"), whole("all-messages"));
    refused(Code.INVALID_HEADER, forking("none", "j", first, 301L));
  }

  @Test
  void bytesThatTheSourceLost_areNotReplacedByItsNext() throws Exception {
    create("s", TEXT);
    append("s", "abc");
    ask(forking("whole", "s", null, null));
    append("s", "def");
    ask(forking("f", "s", null, null));
    append("f", "!");
    ask(forking("f2", "f", null, null));
    // As after a failover to a replica that lacked the last append.
    change("s", TAIL, "3");
    change("s", RUN, "before");
    refused(Code.OFFSET_GONE, new ReadStream(SPACE, "f", null, null));
    append("s", "xyz");
    refused(Code.OFFSET_GONE, new ReadStream(SPACE, "f", null, null));
    refused(Code.OFFSET_GONE, new ReadStream(SPACE, "f2", null, null));
    assertEquals("abcxyz", whole("s"));
    assertEquals("abc", whole("whole"));
    ask(forking("later", "s", null, null));
    assertEquals("abcxyz", whole("later"));
  }

  @Test
  void refusedPath_isNotEnteredAtItsSource_andAnEarlierEntryIsRemoved() throws Exception {
    create("s", TEXT);
    append("s", "text");
    refused(Code.INVALID_ID, forking("a b", "s", null, null));
    assertEquals(0, foreign.number("EXISTS", "forks:{stream:s}", "index:streams-due"));
    foreign.send("ZADD", "forks:{stream:s}", "1", "a b");
    foreign.send("ZADD", "index:streams-due", "1", "s");
    await().until(() -> foreign.number("EXISTS", "forks:{stream:s}") == 0);
  }

  @Test
  void foreignKey_whosePathIsInvalid_isLeftOutOfTheListing() throws Exception {
    create("s", TEXT);
    foreign.send("HSET", "stream:{x}", "head", "foreign");
    assertEquals(
        List.of("s"),
        ask(new ListStreams(SPACE, null, false, null, null)).items().stream()
            .map(StreamInfo::path)
            .toList());
    refused(Code.INVALID_ID, new DescribeStream(SPACE, "{x}", null));
  }
}
