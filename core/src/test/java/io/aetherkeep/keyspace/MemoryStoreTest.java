package io.aetherkeep.keyspace;

import io.aetherkeep.document.Document;
import java.time.Duration;
import java.time.Instant;

/** The memory store fulfils the contract. */
class MemoryStoreTest extends StoreContract<Document> {

  private final Keyspace<Document> keyspace =
      Keyspace.json("thing", "thing:{id}").expires(Duration.ofHours(1)).in(Owner.CACHE);
  private Instant now = Instant.EPOCH;
  private final Store<Document> store = new MemoryStore<>(keyspace.lifetime(), () -> now);

  @Override
  protected Keyspace<Document> keyspace() {
    return keyspace;
  }

  @Override
  protected Store<Document> store() {
    return store;
  }

  @Override
  protected Document value(int number) {
    return Document.of("{\"number\": " + number + "}");
  }

  @Override
  protected void pass(Duration time) {
    now = now.plus(time);
  }
}
