package io.aetherkeep.session.history;

import io.aetherkeep.document.Document;
import io.vertx.core.Future;
import java.util.List;

/** Token counter: how much of a model's context window texts and messages take. */
public interface TokenCounter {

  Future<Long> of(String text);

  /** Counts stored messages: by the count that the writer gave, otherwise by their content. */
  Future<Long> of(List<Document> messages);

  /** Counts how many of the newest messages fit a token budget. */
  Future<Newest> newest(List<Document> messages, long budget);

  /** The newest messages that fit a budget, and their tokens. */
  record Newest(int messages, long tokens) {}
}
