package io.aetherkeep.session.history;

import io.aetherkeep.document.Document;
import io.vertx.core.Future;
import java.util.List;

/** Token counter: what texts and messages take of a model's context window. */
public interface TokenCounter {

  Future<Long> of(String text);

  /** What stored messages count for: what the writer said, or what their content comes to. */
  Future<Long> of(List<Document> messages);

  /** How many of the newest messages stay within a budget, and what they count for. */
  Future<Newest> newest(List<Document> messages, long budget);

  /** The newest messages of some. */
  record Newest(int messages, long tokens) {}
}
