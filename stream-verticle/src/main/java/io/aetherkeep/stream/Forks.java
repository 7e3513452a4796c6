package io.aetherkeep.stream;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StreamAsks.Fork;
import io.aetherkeep.stream.StreamReader.Stretch;
import io.aetherkeep.stream.store.Offset;
import io.aetherkeep.stream.store.RedisStreams;
import io.aetherkeep.stream.store.RedisStreams.Inheritance;
import io.aetherkeep.stream.store.StoredStream;
import io.aetherkeep.stream.store.Verdict;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;

/**
 * Forks of streams: each records its position at its source, which keeps the bytes for it.
 *
 * <p>Source and fork may be in different slots of a cluster, so the fork is first entered at its
 * source; the sweeper removes entries of forks that were never created.
 */
final class Forks {

  private final RedisStreams store;
  private final StreamReader reader;
  private final Function<String, Future<?>> watch;

  /**
   * Creates the forks of a space.
   *
   * @param watch schedules a sweep of a stream
   */
  Forks(RedisStreams store, StreamReader reader, Function<String, Future<?>> watch) {
    this.store = store;
    this.reader = reader;
    this.watch = watch;
  }

  /** Fork to create: its source, and the data that it inherits. */
  record Branch(StoredStream source, Inheritance inherited) {}

  Future<Branch> branch(Fork fork) {
    long sub = fork.subOffset() == null ? 0 : fork.subOffset();
    String offset = fork.offset() == null ? Offset.TAIL : fork.offset();
    if (sub > 0 && fork.offset() == null) {
      throw Failure.of(Code.INVALID_HEADER, "Stream-Fork-Sub-Offset needs Stream-Fork-Offset");
    }
    return reader
        .stretch(fork.source(), offset)
        .compose(stretch -> branch(fork.source(), stretch, sub))
        .recover(thrown -> Future.failedFuture(ofSource(thrown)));
  }

  private static Failure ofSource(Throwable thrown) {
    Failure failure = Failure.from(thrown);
    return switch (failure.code()) {
      case STREAM_GONE -> Failure.of(Code.SOURCE_GONE, "The source was deleted");
      case OFFSET_GONE -> Failure.of(Code.INVALID_OFFSET, failure.detail());
      default -> failure;
    };
  }

  /** Moves the fork's position by bytes or messages, through as many slices as these take. */
  private Future<Branch> branch(String source, Stretch stretch, long sub) {
    StoredStream stream = stretch.stream();
    if (sub == 0 || !stream.type().isJson()) {
      return sub > stream.tail() - stretch.from()
          ? Future.failedFuture(tooShort())
          : Future.succeededFuture(branch(source, stream, stretch.from() + sub));
    }
    Buffer bytes = stretch.bytes();
    long messages = JsonMessages.count(bytes);
    if (messages >= sub) {
      long end = stretch.from() + JsonMessages.endOf(bytes, sub);
      return Future.succeededFuture(branch(source, stream, end));
    }
    long next = stretch.from() + JsonMessages.lastEnd(bytes);
    return messages == 0 || next >= stream.tail()
        ? Future.failedFuture(tooShort())
        : reader
            .stretch(source, stream.offset(next).toString())
            .compose(more -> branch(source, more, sub - messages));
  }

  private static Branch branch(String source, StoredStream stream, long base) {
    return new Branch(
        stream, new Inheritance(source, stream.first(), base, stream.epochsUpTo(base)));
  }

  private static Failure tooShort() {
    return Failure.of(
        Code.INVALID_HEADER, "The source is shorter than Stream-Fork-Sub-Offset after the offset");
  }

  /** Entry of a fork at its source: whether it is new, and what the fork inherits. */
  record Entered(boolean fresh, Inheritance inherited) {}

  Future<Entered> enter(Branch branch, String fork) {
    Inheritance found = branch.inherited();
    String source = found.source();
    return watch
        .apply(source)
        .compose(watched -> store.retain(source, fork, found.base()))
        .map(
            retained -> {
              Verdict verdict = retained.verdict();
              if (verdict != Verdict.ENTERED && verdict != Verdict.KNOWN) {
                throw ofSource(Refusals.of(verdict));
              }
              Inheritance inherited =
                  new Inheritance(source, retained.first(), found.base(), found.epochs());
              return new Entered(verdict == Verdict.ENTERED, inherited);
            });
  }

  /**
   * Removes a fork's entry. A deleted source is removed with its last fork, and then its own
   * source, recursively.
   */
  Future<Void> release(String source, String fork) {
    return source.isEmpty()
        ? Future.succeededFuture()
        : store.release(source, fork).compose(above -> release(above, source));
  }

  /** Removes the entry of a fork that does not exist, unless the fork may be in creation. */
  Future<Void> prune(String source, String fork) {
    return store.prune(source, fork).compose(above -> release(above, source));
  }
}
