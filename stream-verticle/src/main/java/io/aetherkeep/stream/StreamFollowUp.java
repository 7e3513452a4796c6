package io.aetherkeep.stream;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.catalogue.HistoryAsks.AppendHistory;
import io.aetherkeep.catalogue.StatusAsks.PutStatus;
import io.aetherkeep.catalogue.StatusAsks.StatusWritten;
import io.aetherkeep.catalogue.StreamAsks.StreamExtras;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Offload;
import io.aetherkeep.document.TextPointer;
import io.aetherkeep.stream.store.StoredStream;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Follow-up of a stream's end: appends its text to a session's history, and ends its status.
 *
 * <p>Each step is idempotent, so that another node can repeat it after the first one died.
 */
final class StreamFollowUp {

  private static final System.Logger LOG = System.getLogger(StreamFollowUp.class.getName());
  private static final Pattern STATUS = Pattern.compile("(podcast|request|crawl|deploy)/.{1,256}");
  private static final String ROLE = "assistant";

  private final Bus bus;

  StreamFollowUp(Bus bus) {
    this.bus = bus;
  }

  static void requireSound(StreamExtras extras) {
    if (extras.status() != null && !STATUS.matcher(extras.status()).matches()) {
      throw Failure.of(
          Code.INVALID_HEADER,
          "Stream-Status must be podcast/id, request/id, crawl/id or deploy/id");
    }
    if (extras.text() != null) {
      TextPointer.of(extras.text());
    }
  }

  /** Sets the status of a new stream. */
  Future<?> begun(String space, StreamExtras extras) {
    return extras.status() == null
        ? Future.succeededFuture()
        : put(space, extras.status(), "{\"status\":\"streaming\"}");
  }

  /** Updates the status of a growing stream with its number of bytes. */
  Future<?> grown(String space, StoredStream stream) {
    String name = stream.extras().status();
    String document =
        "{\"status\":\"streaming\",\"bytes\":" + (stream.tail() - stream.base()) + "}";
    // A failure is ignored, because the next update follows soon.
    return name == null
        ? Future.succeededFuture()
        : ask(space, name, document).transform(done -> Future.succeededFuture());
  }

  /** Finishes a closed stream in the background. After a failure the sweeper repeats it. */
  void scheduleFinish(SpaceStreams space, String path) {
    space
        .store()
        .describe(path)
        .compose(
            found -> {
              StoredStream stream = found.stream();
              return stream == null || !stream.closed()
                  ? Future.succeededFuture()
                  : finish(space, path, stream);
            })
        .onFailure(
            thrown ->
                LOG.log(
                    System.Logger.Level.DEBUG,
                    () ->
                        "The end of a stream could not be handled yet and is retried: " + thrown));
  }

  /** Runs the missing steps of a closed stream; fails if they must be repeated. */
  Future<?> finish(SpaceStreams space, String path, StoredStream stream) {
    if (!stream.isToFinish()) {
      return Future.succeededFuture();
    }
    return history(space, path, stream)
        .compose(appended -> status(space.name(), stream))
        .compose(put -> space.store().finish(path, stream.identity()));
  }

  private Future<?> history(SpaceStreams space, String path, StoredStream stream) {
    String session = stream.extras().session();
    if (session == null) {
      return Future.succeededFuture();
    }
    return whole(space, path, null, Buffer.buffer())
        .compose(bytes -> Offload.run(bytes.length(), () -> text(stream, bytes)))
        .compose(
            text ->
                text.isEmpty()
                    ? Future.succeededFuture()
                    : bus.ask(
                        new AppendHistory(
                            space.name(),
                            session,
                            ROLE,
                            text,
                            null,
                            null,
                            null,
                            "stream-" + stream.identity())))
        .recover(
            thrown ->
                givenUp(
                    "The text of a stream could not be appended to its session's history", thrown));
  }

  private static Future<Buffer> whole(
      SpaceStreams space, String path, @Nullable String offset, Buffer before) {
    if (before.length() > space.store().space().maxValueBytes()) {
      return Future.failedFuture(
          Failure.of(Code.TOO_LARGE, "The text exceeds the limit of a message"));
    }
    return space
        .reader()
        .read(path, offset)
        .compose(
            slice -> {
              Buffer all = before.appendBuffer(slice.data().bytes());
              return slice.upToDate()
                  ? Future.succeededFuture(all)
                  : whole(space, path, slice.next(), all);
            });
  }

  private static String text(StoredStream stream, Buffer bytes) {
    if (!stream.type().isJson()) {
      return bytes.toString(StandardCharsets.UTF_8);
    }
    TextPointer pointer = TextPointer.of(stream.extras().text());
    StringBuilder text = new StringBuilder();
    for (Document message : JsonMessages.of(bytes)) {
      text.append(pointer.in(message));
    }
    return text.toString();
  }

  private Future<?> status(String space, StoredStream stream) {
    String name = stream.extras().status();
    if (name == null) {
      return Future.succeededFuture();
    }
    boolean podcast = name.startsWith("podcast/");
    String reason = stream.abandoned() ? "abandoned" : stream.stopped();
    String document =
        reason.isEmpty()
            ? "{\"status\":\"" + (podcast ? "ready_to_stream" : "completed") + "\"}"
            : "{\"status\":\""
                + (podcast ? "error\",\"error_message\":" : "failed\",\"error\":")
                + Document.ofText(reason)
                + "}";
    return put(space, name, document);
  }

  private Future<StatusWritten> ask(String space, String name, String document) {
    int slash = name.indexOf('/');
    return bus.ask(
        new PutStatus(
            space,
            name.substring(0, slash),
            name.substring(slash + 1),
            Document.of(document),
            null));
  }

  private Future<?> put(String space, String name, String document) {
    return ask(space, name, document)
        .mapEmpty()
        .recover(thrown -> givenUp("The status of a stream could not be written", thrown));
  }

  /** Logs and gives up after a refusal; passes on failures that a repetition may avoid. */
  private static <T> Future<T> givenUp(String what, Throwable thrown) {
    Failure failure = Failure.from(thrown);
    if (failure.kind() == Kind.UNAVAILABLE
        || failure.kind() == Kind.OVERLOADED
        || failure.kind() == Kind.BUG) {
      return Future.failedFuture(failure);
    }
    LOG.log(System.Logger.Level.WARNING, "{0}: {1} ({2})", what, failure.code(), failure.detail());
    return Future.succeededFuture();
  }
}
