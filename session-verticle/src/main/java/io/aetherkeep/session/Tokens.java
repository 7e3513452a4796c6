package io.aetherkeep.session;

import io.aetherkeep.keyspace.Document;
import io.vertx.core.Future;
import java.util.List;

/** Counts what texts and messages cost of a model's context window. */
interface Tokens {

  Future<Long> of(String text);

  /** The counts of stored messages: what the writer said, or what their content comes to. */
  Future<List<Long>> of(List<Document> messages);
}
