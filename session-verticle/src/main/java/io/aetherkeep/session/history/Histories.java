package io.aetherkeep.session.history;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.HistoryAsks.AppendHistory;
import io.aetherkeep.catalogue.HistoryAsks.Appended;
import io.aetherkeep.catalogue.HistoryAsks.FollowHistory;
import io.aetherkeep.catalogue.HistoryAsks.History;
import io.aetherkeep.catalogue.HistoryAsks.HistoryAppended;
import io.aetherkeep.catalogue.HistoryAsks.HistoryFollowed;
import io.aetherkeep.catalogue.HistoryAsks.ReadHistory;
import io.aetherkeep.catalogue.OriginAsks.AppendToOrigin;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.session.history.TokenCounter.Newest;
import io.aetherkeep.session.layout.Timestamp;
import io.aetherkeep.session.space.SessionSpace;
import io.aetherkeep.session.store.HistoryStore;
import io.aetherkeep.session.store.HistoryStore.Appending;
import io.aetherkeep.session.store.HistoryStore.Message;
import io.aetherkeep.session.store.HistoryStore.Outcome;
import io.aetherkeep.session.store.HistoryStore.Transcript;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Service of histories: appends messages and reads the newest ones. */
public final class Histories {

  private static final int LONGEST_ROLE = 64;
  private static final int LONGEST_KEY = 255;
  private static final long MOST_TOKENS = 100_000_000;
  private static final int MOST_MESSAGES = 10_000;

  /** Number of messages that are read first where a budget of tokens may need no more. */
  private static final int FIRST = 64;

  /** Number of messages from which on the whole history is read. */
  private static final int ALL = 100_000;

  private final Bus bus;
  private final PerSpace<SessionSpace> spaces;
  private final TokenCounter tokens;
  private final HistoryFlush flush;
  private final InstantSource clock;

  public Histories(
      Bus bus,
      PerSpace<SessionSpace> spaces,
      TokenCounter tokens,
      HistoryFlush flush,
      InstantSource clock) {
    this.bus = bus;
    this.spaces = spaces;
    this.tokens = tokens;
    this.flush = flush;
    this.clock = clock;
  }

  public Future<Appended> append(AppendHistory ask) {
    SessionSpace space = spaces.of(ask.space());
    HistoryStore transcripts = transcripts(space);
    String id = space.layout().checkedId(ask.id());
    check(ask);
    Instant now = clock.instant();
    Document entry = entry(ask, now);
    if (entry.length() > space.layout().maxBytes()) {
      throw tooLarge(space);
    }
    String key = ask.idempotencyKey();
    String mark = key == null ? "" : mark(ask);
    return count(ask)
        .compose(count -> append(space, id, new Message(entry, count, now, key, mark)))
        .compose(done -> flush.uncountTrimmed(transcripts, id, ask.idempotencyKey(), done))
        .compose(done -> pending(space, id, done))
        .compose(done -> recorded(space, id, ask, entry, done))
        .map(done -> appended(space, id, done))
        .onSuccess(done -> announce(space, done));
  }

  private static Future<Appending> append(SessionSpace space, String id, Message message) {
    HistoryStore transcripts = transcripts(space);
    return space
        .<Appending>orRestore(
            id,
            () ->
                transcripts
                    .append(id, message)
                    .map(done -> Optional.of(done).filter(d -> d.outcome() != Outcome.UNKNOWN)))
        .map(done -> done.orElseThrow(SessionSpace::unknown))
        .onComplete(done -> space.near().forget(id));
  }

  private static HistoryStore transcripts(SessionSpace space) {
    if (space.transcripts() == null) {
      throw Failure.of(Code.HISTORY_UNKNOWN, "Only sessions of a council space have a history");
    }
    return space.transcripts();
  }

  private static void check(AppendHistory ask) {
    if (ask.role().isBlank() || ask.role().length() > LONGEST_ROLE) {
      throw Failure.of(Code.INVALID_BODY, "'role' must have 1 to " + LONGEST_ROLE + " characters");
    }
    if (ask.tokens() != null && (ask.tokens() < 0 || ask.tokens() > MOST_TOKENS)) {
      throw Failure.of(
          Code.INVALID_BODY, "'tokens' must be a whole number from 0 to " + MOST_TOKENS);
    }
    if (ask.timestamp() != null && Timestamp.read(ask.timestamp(), true) == null) {
      throw Failure.of(Code.INVALID_BODY, "'timestamp' must be an ISO-8601 time");
    }
    String key = ask.idempotencyKey();
    if (key != null && (key.isBlank() || key.length() > LONGEST_KEY)) {
      throw Failure.of(
          Code.INVALID_HEADER, "Idempotency-Key must have 1 to " + LONGEST_KEY + " characters");
    }
  }

  public static Document entry(AppendHistory ask, Instant now) {
    Map<String, @Nullable Document> entry = new LinkedHashMap<>();
    entry.put("role", Document.ofText(ask.role()));
    entry.put("content", Document.ofText(ask.content()));
    entry.put(
        "timestamp",
        Document.ofText(ask.timestamp() == null ? Timestamp.iso(now) : ask.timestamp()));
    if (ask.requestId() != null) {
      entry.put("requestId", Document.ofText(ask.requestId()));
    }
    if (ask.tokens() != null) {
      entry.put("tokens", Document.of(ask.tokens().toString()));
    }
    return Document.object(entry);
  }

  private Future<Long> count(AppendHistory ask) {
    return ask.tokens() == null ? tokens.of(ask.content()) : Future.succeededFuture(ask.tokens());
  }

  /**
   * Fingerprint by which a repeated append is recognised. A timestamp set by the server is left
   * out.
   */
  public static String mark(AppendHistory ask) {
    return Document.array(
            List.of(
                Document.ofText(ask.role()),
                Document.ofText(ask.content()),
                Document.ofText(String.valueOf(ask.timestamp())),
                Document.ofText(String.valueOf(ask.requestId()))))
        .version();
  }

  /**
   * Writes an append to the system of record. A repeated append is written again, because the
   * answer of the first may have been lost before this step.
   */
  private Future<Appending> recorded(
      SessionSpace space, String id, AppendHistory ask, Document entry, Appending done) {
    boolean there = done.outcome() == Outcome.APPENDED || done.outcome() == Outcome.REPEATED;
    return there && space.policy().historyRecorded()
        ? bus.ask(new AppendToOrigin(space.name(), "history", id, entry, ask.idempotencyKey()))
            .map(done)
        : Future.succeededFuture(done);
  }

  /**
   * Registers a session with pending messages for all nodes before the append is acknowledged,
   * because this node may die.
   */
  private static Future<Appending> pending(SessionSpace space, String id, Appending done) {
    return done.waiting() == 0 ? Future.succeededFuture(done) : space.index().pending(id).map(done);
  }

  private Appended appended(SessionSpace space, String id, Appending done) {
    if (done.waiting() > 0) {
      flush.schedule(space, id);
    }
    return switch (done.outcome()) {
      case APPENDED, REPEATED ->
          new Appended(
              id, done.tokens(), done.contextWindowUsed(), done.outcome() == Outcome.REPEATED);
      case TOO_LARGE -> throw tooLarge(space);
      case KEY_REUSED ->
          throw Failure.of(Code.KEY_REUSED, "The key was used with another message before");
      case UNREADABLE ->
          throw Failure.of(Code.UNREADABLE_VALUE, "The stored history is not a JSON array");
      case UNKNOWN -> throw SessionSpace.unknown();
    };
  }

  private void announce(SessionSpace space, Appended done) {
    if (!done.repeated()) {
      bus.publish(new HistoryAppended(space.name(), done.id()));
    }
  }

  private static Failure tooLarge(SessionSpace space) {
    return Failure.of(
        Code.TOO_LARGE,
        "The history would exceed "
            + space.layout().maxBytes()
            + " bytes; with max-history-messages the oldest messages are dropped");
  }

  /** Reads the messages after an offset; cheap while nothing has changed. */
  public Future<HistoryFollowed> follow(FollowHistory ask) {
    SessionSpace space = spaces.of(ask.space());
    HistoryStore transcripts = transcripts(space);
    String id = space.layout().checkedId(ask.id());
    // The token is read before the messages: the next call finds what is appended meanwhile.
    return space
        .orRestore(id, () -> transcripts.token(id))
        .map(token -> token.orElseThrow(SessionSpace::unknown))
        .compose(
            token ->
                ask.after() != null && token.equals(ask.known())
                    ? Future.succeededFuture(
                        new HistoryFollowed(List.of(), ask.after(), token, true, false))
                    : transcripts
                        .read(id, HistorySlice.MOST)
                        .map(read -> read.orElseThrow(SessionSpace::unknown))
                        .compose(read -> HistorySlice.after(ask.after(), read, token)));
  }

  public Future<History> read(ReadHistory ask) {
    SessionSpace space = spaces.of(ask.space());
    transcripts(space);
    String id = space.layout().checkedId(ask.id());
    int most = ask.limit() == null ? 0 : ask.limit();
    if (ask.limit() != null && (most < 1 || most > MOST_MESSAGES)) {
      throw Failure.of(
          Code.INVALID_PARAMETER, "limit must be a whole number from 1 to " + MOST_MESSAGES);
    }
    long budget = ask.maxTokens() == null ? Long.MAX_VALUE : ask.maxTokens();
    if (budget < 0) {
      throw Failure.of(Code.INVALID_PARAMETER, "maxTokens must be a whole number, at least 0");
    }
    return newest(space, id, most, budget, budget == Long.MAX_VALUE ? ALL : FIRST);
  }

  /**
   * Reads the newest messages that fit a budget: from the end of the history, and a larger piece as
   * long as all messages fit. Each read begins at the end again, so that the answer is of one point
   * in time.
   *
   * @param piece number of messages to read
   */
  private Future<History> newest(SessionSpace space, String id, int most, long budget, long piece) {
    int now = piece >= (most == 0 ? ALL : most) ? most : (int) piece;
    return space
        .orRestore(id, () -> transcripts(space).read(id, now))
        .compose(
            read -> {
              Transcript transcript = read.orElseThrow(SessionSpace::unknown);
              if (transcript.pending()) {
                flush.schedule(space, id);
              }
              List<Document> all = transcript.messages();
              return tokens
                  .newest(all, budget)
                  .compose(
                      newest ->
                          now != most && transcript.more() && newest.messages() == all.size()
                              ? newest(space, id, most, budget, larger(now, budget, newest))
                              : Future.succeededFuture(history(transcript, newest)));
            });
  }

  /** A piece with the budget's tokens, if older messages are as long as those of this piece. */
  private static long larger(int piece, long budget, Newest of) {
    double expected = (double) budget / Math.max(1, of.tokens()) * piece;
    return (long) Math.max(4.0 * piece, 1.25 * expected);
  }

  private static History history(Transcript transcript, Newest newest) {
    List<Document> all = transcript.messages();
    int from = all.size() - newest.messages();
    return new History(
        all.subList(from, all.size()), newest.tokens(), transcript.more() || from > 0);
  }
}
