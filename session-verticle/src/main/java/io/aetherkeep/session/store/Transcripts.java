package io.aetherkeep.session.store;

import io.aetherkeep.document.Document;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The histories of a space's sessions. */
public interface Transcripts {

  /** Appends a message in one step, whatever is there already. */
  Future<Appending> append(String id, Message message);

  /** Moves what waits in the tail into the transcript; nothing where there is nothing to move. */
  Future<Appending> fold(String id);

  /** Has the transcript of a session that was put back where other services read it. */
  Future<Void> arrange(String id);

  /**
   * Takes tokens off what the transcript counts for, after messages were trimmed; answers what is
   * left.
   *
   * @param key the idempotency key of the append that trimmed them, whose answer that is
   */
  Future<Long> uncount(String id, long tokens, @Nullable String key);

  /** The stored messages, or nothing where there is no session. */
  Future<Optional<Transcript>> read(String id, int most);

  /**
   * A message to append.
   *
   * @param entry the stored bytes
   * @param key the idempotency key, or none
   * @param mark what tells the message from another under the same key
   */
  record Message(Document entry, long tokens, Instant at, @Nullable String key, String mark) {}

  /** What an append or a fold came to. */
  record Appending(
      Outcome outcome, long tokens, long contextWindowUsed, long waiting, List<Document> trimmed) {
    public Appending counting(long used) {
      return new Appending(outcome, tokens, used, waiting, trimmed);
    }
  }

  /** The sorts of outcome. */
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
   * @param more whether there are older ones yet
   * @param waits whether some wait to be moved into the field
   */
  record Transcript(List<Document> messages, boolean more, boolean waits) {}
}
