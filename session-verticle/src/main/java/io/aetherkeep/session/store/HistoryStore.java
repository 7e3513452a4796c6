package io.aetherkeep.session.store;

import io.aetherkeep.document.Document;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Store of the histories of a space's sessions. */
public interface HistoryStore {

  /** Appends a message atomically. */
  Future<Appending> append(String id, Message message);

  /** Moves pending messages from the tail into the transcript. */
  Future<Appending> flush(String id);

  /** Moves the transcript of a restored session to where other services read it. */
  Future<Void> arrange(String id);

  /**
   * Subtracts the tokens of trimmed messages from the context window; answers the rest.
   *
   * @param key idempotency key of the append that trimmed them, whose stored answer is updated
   */
  Future<Long> uncount(String id, long tokens, @Nullable String key);

  /** Reads a token that differs after each append; empty where there is no session. */
  Future<Optional<String>> token(String id);

  /** Reads the newest messages, all for the limit 0; empty where there is no session. */
  Future<Optional<Transcript>> read(String id, int most);

  /**
   * Message to append.
   *
   * @param entry the bytes to store
   * @param key the idempotency key, or null
   * @param mark fingerprint that tells a repetition from another message under the same key
   */
  record Message(Document entry, long tokens, Instant at, @Nullable String key, String mark) {}

  /** Result of an append or a flush. */
  record Appending(
      Outcome outcome, long tokens, long contextWindowUsed, long waiting, List<Document> trimmed) {
    public Appending counting(long used) {
      return new Appending(outcome, tokens, used, waiting, trimmed);
    }

    public Appending trimming(List<Document> messages) {
      return new Appending(outcome, tokens, contextWindowUsed, waiting, messages);
    }
  }

  /** Kinds of result. */
  enum Outcome {
    APPENDED,
    REPEATED,
    TOO_LARGE,
    KEY_REUSED,
    UNREADABLE,
    UNKNOWN
  }

  /**
   * Messages, the oldest first.
   *
   * @param more whether there are older messages
   * @param pending whether some are still in the tail
   */
  record Transcript(List<Document> messages, boolean more, boolean pending) {

    /** The newest of all messages; 0 for no limit. */
    static Transcript newest(List<Document> all, int most, boolean pending) {
      boolean more = most > 0 && all.size() > most;
      return new Transcript(
          more ? List.copyOf(all.subList(all.size() - most, all.size())) : all, more, pending);
    }

    Transcript withMore() {
      return new Transcript(messages, true, pending);
    }
  }
}
