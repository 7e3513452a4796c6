package io.aetherkeep.stream.subscription.store;

import static io.aetherkeep.stream.subscription.store.RedisStreamSubscriptions.config;
import static io.aetherkeep.stream.subscription.store.RedisStreamSubscriptions.required;
import static io.aetherkeep.stream.subscription.store.RedisStreamSubscriptions.script;

import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.stream.subscription.store.WakeView.WakeLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Wakes of a space's subscriptions in Redis, on one event loop: one script for each step. */
public final class RedisWakes {

  /** Limit of the streams in one wake. */
  static final int MOST_STREAMS = 100;

  /**
   * Time for which a link is kept while its stream does not exist, because it may be in creation.
   */
  private static final long ABSENT_MILLIS = 60_000;

  /**
   * Time between two reads of all tails, for each stream, so that the cost does not grow with the
   * size of a subscription.
   */
  public static final long MILLIS_A_LINK = 20;

  /** Streams whose tails every claim without pending work may read. */
  private static final int FREE_LINKS = 100;

  private static final RedisScript WAKE = script("wake.lua");
  private static final RedisScript ATTEMPT = script("attempt.lua");
  private static final RedisScript CLAIM = script("claim.lua");
  private static final RedisScript ACK = script("ack.lua");
  private static final RedisScript VIEW = script("view.lua");

  private final RedisLine line;
  private final SubscriptionKeys keys;

  public RedisWakes(RedisLine line, SubscriptionKeys keys) {
    this.line = line;
    this.keys = keys;
  }

  /**
   * Known tail of a stream for {@code wake.lua}.
   *
   * @param link the link before the tail was read, as stored; empty for a notice of an append
   */
  public record Note(String path, String how, String tail, String link) {
    public Note(String path, String how, String tail) {
      this(path, how, tail, "");
    }
  }

  /** Verdict of a script on the wake of a subscription. */
  public enum WakeVerdict {
    UNKNOWN,
    OTHER,
    IDLE,
    PENDING,
    BUSY,
    UNCLAIMED,
    WOKEN,
    AGAIN,
    HELD,
    NONE,
    CLAIMED,
    FENCED,
    REFUSED,
    ACKED
  }

  /**
   * State of a subscription after a script.
   *
   * @param wake the wake's id, or the worker that holds it
   * @param path a path of pending work, or of a refused ack
   * @param due ms until its lease ends, its next delivery is due, or its streams may be checked
   * @param refused links that did not fit
   */
  public record WakeState(
      WakeVerdict verdict, long generation, String wake, String path, long due, int refused) {}

  /**
   * Stores tails, and begins a wake if requested.
   *
   * @param done {@code checked} or {@code scanned} if all streams now were, else empty
   */
  public Future<WakeState> wake(String id, boolean begin, String done, List<Note> notes) {
    RedisScript.Call call =
        keys.call(id)
            .arg(WakeIds.fresh())
            .arg(begin ? "wake" : "note")
            .arg(RedisStreamSubscriptions.MOST_LINKS)
            .arg(ABSENT_MILLIS)
            .arg(done);
    notes.forEach(note -> call.arg(note.path).arg(note.how).arg(note.tail).arg(note.link));
    return line.run(WAKE, call).map(RedisWakes::woken);
  }

  /**
   * Claims pending work. {@code due} of {@link WakeVerdict#NONE} is the time until the streams'
   * tails may be read again; for 0 the caller reads them.
   */
  public Future<WakeState> claim(String id, String worker) {
    RedisScript.Call call =
        keys.call(id).arg(WakeIds.fresh()).arg(worker).arg(FREE_LINKS).arg(MILLIS_A_LINK);
    return line.run(CLAIM, call).map(RedisWakes::woken);
  }

  /** Ack of a stream, with the stream's tail. */
  public record TailedAck(String path, String offset, String tail) {}

  /**
   * Wake that an ack belongs to.
   *
   * @param type the type that the subscription must be of
   */
  public record WakeRef(String type, String wake, long generation) {}

  /**
   * Acks offsets of a wake.
   *
   * @param snapshot whether acks that do not apply are skipped
   */
  public Future<WakeState> ack(
      String id, WakeRef wake, boolean done, boolean snapshot, List<TailedAck> acks) {
    RedisScript.Call call =
        keys.call(id)
            .arg(wake.type)
            .arg(wake.wake)
            .arg(wake.generation)
            .arg(done ? "done" : "")
            .arg(WakeIds.fresh())
            .arg(snapshot ? "snapshot" : "");
    acks.forEach(ack -> call.arg(ack.path).arg(ack.offset).arg(ack.tail));
    return line.run(ACK, call).map(RedisWakes::woken);
  }

  private static WakeState woken(@Nullable Response answer) {
    Response parts = required(answer);
    return new WakeState(
        WakeVerdict.valueOf(parts.get(0).toString().toUpperCase(Locale.ROOT)),
        parts.size() > 1 ? parts.get(1).toLong() : 0,
        parts.size() > 2 ? parts.get(2).toString() : "",
        parts.size() > 3 ? parts.get(3).toString() : "",
        parts.size() > 4 ? parts.get(4).toLong() : 0,
        parts.size() > 5 ? parts.get(5).toInteger() : 0);
  }

  /** Failed deliveries in a row, before and after an attempt. */
  public record Failures(int before, int now) {}

  /** Stores the result of a delivery. */
  public Future<Failures> attempted(String id, String wake, @Nullable Long retryMillis) {
    RedisScript.Call call =
        keys.call(id).arg(wake).arg(retryMillis == null ? "" : retryMillis.toString());
    return line.run(ATTEMPT, call)
        .map(
            answer ->
                new Failures(
                    required(answer).get(0).toInteger(), required(answer).get(1).toInteger()));
  }

  public Future<Optional<WakeView>> view(String id) {
    return line.read(VIEW, keys.call(id).arg(MOST_STREAMS)).map(RedisWakes::view);
  }

  private static Optional<WakeView> view(@Nullable Response answer) {
    Response parts = required(answer);
    if (parts.size() < 7) {
      return Optional.empty();
    }
    List<WakeLink> streams = new ArrayList<>();
    parts
        .get(6)
        .forEach(
            link ->
                streams.add(
                    new WakeLink(
                        link.get(0).toString(),
                        link.get(1).toString(),
                        link.get(2).toString(),
                        link.get(3).toString().equals("1"))));
    return Optional.of(
        new WakeView(
            config(parts.get(0)),
            parts.get(1).toString(),
            parts.get(2).toLong(),
            parts.get(3).toInteger(),
            parts.get(4).toString(),
            parts.get(5).toLong(),
            streams));
  }
}
