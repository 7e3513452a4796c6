package io.aetherkeep.router.stream;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.StreamAsks.DescribeStream;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.catalogue.StreamAsks.StreamInfo;
import io.aetherkeep.catalogue.StreamAsks.StreamSlice;
import io.aetherkeep.catalogue.StreamFollowAsks.FollowStream;
import io.aetherkeep.catalogue.StreamFollowAsks.FollowedStream;
import io.aetherkeep.catalogue.StreamFollowAsks.StreamHeard;
import io.aetherkeep.document.Octets;
import io.aetherkeep.router.loop.Slices;
import io.aetherkeep.router.stream.StreamFollower.End;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How often one stream is followed, read and encoded for all who follow it. */
class StreamFeedTest {

  private static final int FOLLOWERS = 10_000;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Context loop = vertx.getOrCreateContext();
  private final Bus bus = Bus.on(vertx, Protocol.TYPES, Duration.ofSeconds(20));
  private final List<String> asked = new ArrayList<>();
  private final Set<Buffer> frames = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Promise<Void> allHaveRead = Promise.promise();
  private final Promise<Void> allWereTold = Promise.promise();
  private final AtomicInteger followers = new AtomicInteger();
  private int got;

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private static String offset(int position) {
    return "%016d_%016d".formatted(1, position);
  }

  private <A> Future<A> answered(String ask, A answer) {
    asked.add(ask);
    Promise<A> later = Promise.promise();
    vertx.runOnContext(turn -> later.complete(answer));
    return later.future();
  }

  private static StreamSlice past() {
    return new StreamSlice(
        "text/plain",
        "1",
        offset(0),
        offset(4),
        Octets.of(Buffer.buffer("past")),
        true,
        false,
        null,
        null);
  }

  private static StreamSlice slice(String from, String next, String text, boolean closed) {
    Octets data = Octets.of(Buffer.buffer(text));
    return new StreamSlice("text/plain", "1", from, next, data, true, closed, null, null);
  }

  private Future<?> owner(Function<ReadStream, Future<StreamSlice>> reads) {
    return owner(offset(4), reads);
  }

  private Future<?> owner(String tail, Function<ReadStream, Future<StreamSlice>> reads) {
    StreamInfo stream =
        new StreamInfo("s", "p", "text/plain", tail, 4, false, null, null, null, null, null);
    return Future.all(
        bus.answer(FollowStream.class, ask -> answered("follow", new FollowedStream(true))),
        bus.answer(DescribeStream.class, ask -> answered("describe", stream)),
        bus.answer(ReadStream.class, reads));
  }

  @Test
  void tenThousandFollowers_areOneSubscription_oneRead_andOneFrameAnEvent() throws Exception {
    Promise<Void> done = Promise.promise();
    loop.runOnContext(
        turn ->
            owner(ask -> answered("read", past()))
                .compose(
                    ready -> {
                      StreamFeed feed = new StreamFeed(bus, Slices.on(vertx), "s", "p", followers);
                      for (int i = 0; i < FOLLOWERS; i++) {
                        feed.join(new Follower(), "-1", null);
                      }
                      return allHaveRead
                          .future()
                          .onSuccess(
                              read -> {
                                feed.onNotice(heard(4, "new"));
                                feed.onNotice(heard(7, "newer"));
                              });
                    })
                .onComplete(done));
    await(done.future());
    await(allWereTold.future());
    assertEquals(List.of("describe", "follow", "read"), asked.stream().sorted().toList());
    assertEquals(3 * FOLLOWERS, got);
    assertEquals(3, frames.size());
    assertEquals(FOLLOWERS, followers.get());
  }

  @Test
  void endNoticedDuringARead_isDeliveredWithTheReadBytes() throws Exception {
    Promise<End> received = Promise.promise();
    Promise<StreamSlice> read = Promise.promise();
    Promise<Void> asked = Promise.promise();
    StreamFollower follower =
        new Follower() {
          @Override
          public void piece(StreamPiece piece, boolean upToDate, @Nullable End end) {
            received.complete(end);
          }
        };
    loop.runOnContext(
        turn ->
            owner(
                    ask -> {
                      asked.complete();
                      return read.future();
                    })
                .onSuccess(
                    ready -> {
                      StreamFeed feed = new StreamFeed(bus, Slices.on(vertx), "s", "p", followers);
                      feed.join(follower, "-1", null);
                      asked
                          .future()
                          .onSuccess(
                              underWay -> {
                                feed.onNotice(closed());
                                read.complete(past());
                              });
                    }));
    assertEquals(new End("enough", false), await(received.future()));
  }

  @Test
  void endFoundByAReadThatNoticesOvertook_isDeliveredAfterTheLastBytes() throws Exception {
    StringBuilder text = new StringBuilder();
    Promise<String> ended = Promise.promise();
    Promise<StreamSlice> late = Promise.promise();
    Promise<Void> pulled = Promise.promise();
    AtomicReference<StreamFeed> feed = new AtomicReference<>();
    StreamFollower follower =
        new Follower() {
          @Override
          public void piece(StreamPiece piece, boolean upToDate, @Nullable End end) {
            text.append(piece.bytes());
            if (end != null) {
              ended.tryComplete(text.toString());
            } else if (text.length() == 4) {
              vertx.runOnContext(turn -> feed.get().pull());
            }
          }

          @Override
          public void caughtUp(String offset, @Nullable End end) {
            if (end != null) {
              ended.tryComplete(text.toString());
            }
          }
        };
    loop.runOnContext(
        turn ->
            owner(
                    ask -> {
                      if (ask.offset().equals("-1")) {
                        return answered("read", past());
                      }
                      if (ask.offset().equals(offset(7))) {
                        return answered("read", slice(offset(7), offset(10), "end", true));
                      }
                      pulled.complete();
                      return late.future();
                    })
                .onSuccess(
                    ready -> {
                      feed.set(new StreamFeed(bus, Slices.on(vertx), "s", "p", followers));
                      feed.get().join(follower, "-1", null);
                      pulled
                          .future()
                          .onSuccess(
                              underWay -> {
                                feed.get().onNotice(heard(4, "new"));
                                late.complete(slice(offset(4), offset(10), "newend", true));
                              });
                    }));
    assertEquals("pastnewend", await(ended.future()));
  }

  /** Notices of a stream at the path of an empty one that has expired. */
  private static List<Arguments> successors() {
    String start = "%016d_%016d".formatted(2, 0);
    String end = "%016d_%016d".formatted(2, 6);
    return List.of(
        Arguments.of("created with bytes", noticed(start, end, "", false)),
        Arguments.of("created closed", noticed(start, start, "", true)),
        Arguments.of("appended to", noticed(start, end, "second", false)),
        Arguments.of("appended to, long", noticed(start, end, null, false)),
        Arguments.of("only read", null));
  }

  private static StreamHeard noticed(
      String from, String next, @Nullable String text, boolean closed) {
    Octets data = text == null ? null : Octets.of(Buffer.buffer(text));
    return new StreamHeard("s", "p", from, next, data, closed, false, null, null);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("successors")
  void successorOfAnEmptyStream_isReadForTheFollowersEndUser(
      String name, @Nullable StreamHeard news) throws Exception {
    Promise<Throwable> refused = Promise.promise();
    Promise<Void> caughtUp = Promise.promise();
    StreamFollower follower =
        new Follower() {
          @Override
          public void piece(StreamPiece piece, boolean upToDate, @Nullable End end) {
            refused.tryComplete(new AssertionError("It got the text of another session"));
          }

          @Override
          public void caughtUp(String offset, @Nullable End end) {
            caughtUp.tryComplete();
          }

          @Override
          public void fail(Throwable why) {
            refused.tryComplete(why);
          }
        };
    String start = "%016d_%016d".formatted(2, 0);
    String end = "%016d_%016d".formatted(2, 6);
    StreamSlice second = slice(start, end, "second", false);
    loop.runOnContext(
        turn ->
            owner(
                    offset(0),
                    ask -> {
                      if (!caughtUp.future().isComplete()) {
                        return Future.succeededFuture(slice(offset(0), offset(0), "", false));
                      }
                      return "u1".equals(ask.endUser())
                          ? Future.failedFuture(Failure.of(Code.OTHER_SESSION, "Not yours"))
                          : Future.succeededFuture(second);
                    })
                .onSuccess(
                    ready -> {
                      StreamFeed feed = new StreamFeed(bus, Slices.on(vertx), "s", "p", followers);
                      feed.join(follower, "-1", "u1");
                      caughtUp
                          .future()
                          .onSuccess(
                              there -> {
                                if (news == null) {
                                  feed.pull();
                                } else {
                                  feed.onNotice(news);
                                }
                              });
                    }));
    assertEquals(Code.OTHER_SESSION, Failure.from(await(refused.future())).code());
  }

  /** Notices of a fork, with an epoch of its source, at the path of a stream that has expired. */
  private static List<Arguments> forks() {
    String older = "%016d_%016d";
    return List.of(
        Arguments.of("closed", noticed(older.formatted(0, 4), older.formatted(0, 4), "", true)),
        Arguments.of(
            "shorter, closed", noticed(older.formatted(0, 2), older.formatted(0, 2), "", true)),
        Arguments.of(
            "appended to",
            noticed(older.formatted(2, 4), older.formatted(2, 10), "second", false)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forks")
  void forkAtThePathOfAnExpiredStream_isReadFromItsBeginning(String name, StreamHeard news)
      throws Exception {
    Promise<String> seen = Promise.promise();
    Promise<Void> got = Promise.promise();
    StreamFollower follower =
        new Follower() {
          @Override
          public void piece(StreamPiece piece, boolean upToDate, @Nullable End end) {
            if (!got.tryComplete()) {
              seen.tryComplete("a part");
            }
          }

          @Override
          public void caughtUp(String offset, @Nullable End end) {
            seen.tryComplete("an end");
          }

          @Override
          public boolean startsOver() {
            return seen.tryComplete("another stream");
          }
        };
    loop.runOnContext(
        turn ->
            owner(
                    ask ->
                        ask.offset().equals("-1")
                            ? answered("read", past())
                            : Future.failedFuture(Failure.of(Code.OFFSET_GONE, "Not its offset")))
                .onSuccess(
                    ready -> {
                      StreamFeed feed = new StreamFeed(bus, Slices.on(vertx), "s", "p", followers);
                      feed.join(follower, "-1", null);
                      got.future().onSuccess(read -> feed.onNotice(news));
                    }));
    assertEquals("another stream", await(seen.future()));
  }

  @Test
  void lateDeletionNotice_isNotDeliveredToFollowersOfTheNextStream() throws Exception {
    Promise<Boolean> stays = Promise.promise();
    Promise<Void> got = Promise.promise();
    StreamFollower follower =
        new Follower() {
          @Override
          public void piece(StreamPiece piece, boolean upToDate, @Nullable End end) {
            got.complete();
          }

          @Override
          public void caughtUp(String offset, @Nullable End end) {
            stays.tryComplete(true);
          }

          @Override
          public boolean waitsForCreation() {
            return true;
          }

          @Override
          public void absent() {
            stays.tryComplete(false);
          }
        };
    loop.runOnContext(
        turn ->
            owner(ask -> answered("read", ask.offset().equals("-1") ? past() : nothing()))
                .onSuccess(
                    ready -> {
                      StreamFeed feed = new StreamFeed(bus, Slices.on(vertx), "s", "p", followers);
                      feed.join(follower, "-1", null);
                      got.future().onSuccess(read -> feed.onNotice(deleted()));
                    }));
    assertTrue(await(stays.future()));
  }

  /** A stream may be created while the feed asks for it: its answer is older than the notice. */
  @Test
  void streamCreatedDuringALookUp_isFollowedByThoseWhoWait_andThoseWhoJoinedSince()
      throws Exception {
    Promise<StreamInfo> lookUp = Promise.promise();
    AtomicInteger lookUps = new AtomicInteger();
    StreamInfo stream =
        new StreamInfo("s", "p", "text/plain", offset(4), 4, false, null, null, null, null, null);
    Promise<Void> toWaiting = Promise.promise();
    Promise<Void> toLate = Promise.promise();
    loop.runOnContext(
        turn ->
            Future.all(
                    bus.answer(
                        FollowStream.class, ask -> answered("follow", new FollowedStream(true))),
                    bus.answer(
                        DescribeStream.class,
                        ask ->
                            lookUps.incrementAndGet() == 1
                                ? lookUp.future()
                                : Future.succeededFuture(stream)),
                    bus.answer(ReadStream.class, ask -> answered("read", past())))
                .onSuccess(
                    ready -> {
                      StreamFeed feed = new StreamFeed(bus, Slices.on(vertx), "s", "p", followers);
                      feed.join(new CreationFollower(toWaiting, true), "-1", null);
                      feed.onNotice(heard(0, "past"));
                      feed.join(new CreationFollower(toLate, false), "-1", null);
                      lookUp.fail(Failure.of(Code.STREAM_UNKNOWN, "Not yet"));
                    }));
    await(toWaiting.future());
    await(toLate.future());
    assertEquals(2, lookUps.get());
  }

  /** A follower that completes with its first bytes, and fails with its end. */
  private final class CreationFollower extends Follower {

    private final Promise<Void> read;
    private final boolean waits;

    CreationFollower(Promise<Void> read, boolean waits) {
      this.read = read;
      this.waits = waits;
    }

    @Override
    public void piece(StreamPiece piece, boolean upToDate, @Nullable End end) {
      read.tryComplete();
    }

    @Override
    public void fail(Throwable why) {
      read.tryFail(why);
    }

    @Override
    public boolean waitsForCreation() {
      return waits;
    }
  }

  @ParameterizedTest
  @CsvSource({"OFFSET_GONE, 1", "STREAM_UNKNOWN, 2"})
  void manyFollowersOfLostData_shareTheFailedReads(Code code, int reads) throws Exception {
    Promise<Void> done = Promise.promise();
    List<Throwable> failures = new ArrayList<>();
    loop.runOnContext(
        turn ->
            owner(
                    ask -> {
                      asked.add("read");
                      Promise<StreamSlice> later = Promise.promise();
                      vertx.runOnContext(next -> later.fail(Failure.of(code, "It is lost")));
                      return later.future();
                    })
                .onSuccess(
                    ready -> {
                      StreamFeed feed = new StreamFeed(bus, Slices.on(vertx), "s", "p", followers);
                      for (int i = 0; i < 100; i++) {
                        feed.join(
                            new Follower() {
                              @Override
                              public void fail(Throwable why) {
                                failures.add(why);
                                if (failures.size() == 100) {
                                  done.complete();
                                }
                              }
                            },
                            offset(1),
                            null);
                      }
                    }));
    await(done.future());
    assertEquals(reads, Collections.frequency(asked, "read"));
    assertEquals(0, followers.get());
  }

  private static StreamSlice nothing() {
    return new StreamSlice(
        "text/plain",
        "1",
        offset(4),
        offset(4),
        Octets.of(Buffer.buffer()),
        true,
        false,
        null,
        null);
  }

  private static StreamHeard deleted() {
    return new StreamHeard("s", "p", "", "", null, true, true, null, null);
  }

  private static StreamHeard closed() {
    return new StreamHeard("s", "p", offset(4), offset(4), null, true, false, "enough", null);
  }

  private static StreamHeard heard(int from, String text) {
    return new StreamHeard(
        "s",
        "p",
        offset(from),
        offset(from + text.length()),
        Octets.of(Buffer.buffer(text)),
        false,
        false,
        null,
        null);
  }

  /** One who takes everything, and notes the frame that goes out to it. */
  private class Follower implements StreamFollower {

    @Override
    public void opened(String contentType) {}

    @Override
    public void piece(StreamPiece piece, boolean upToDate, @Nullable End end) {
      frames.add(piece.ofWholeCharacters().frame(new StreamSse.Control(upToDate, end, 1)));
      if (++got == 3 * FOLLOWERS) {
        allWereTold.complete();
      } else if (got == FOLLOWERS) {
        // Once all have been given the same read.
        vertx.runOnContext(turn -> allHaveRead.complete());
      }
    }

    @Override
    public void caughtUp(String offset, @Nullable End end) {}

    @Override
    public void fail(Throwable why) {
      allHaveRead.tryFail(why);
    }

    @Override
    public boolean hasRoom() {
      return true;
    }

    @Override
    public boolean staysThroughOutages() {
      return true;
    }

    @Override
    public void beat() {}

    @Override
    public void closing() {}
  }
}
