package io.aetherkeep.redis.store;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.document.Document;
import io.aetherkeep.document.LimitedBytes;
import io.aetherkeep.keyspace.Condition;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Layout;
import io.aetherkeep.keyspace.Owner;
import io.aetherkeep.keyspace.Store;
import io.aetherkeep.redis.RedisLine;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Documents are stored as Redis hashes. */
class RedisHashDocumentsTest extends RedisStoreTest<Document> {

  private static final Keyspace<Document> THINGS =
      Keyspace.documents("thing", "thing:{id}", Layout.HASH)
          .expires(Duration.ofHours(1))
          .in(Owner.CACHE);

  private static final Document LARGE =
      Document.of("{\"nested\":{\"text\":\"" + "x".repeat(500_000) + "\"}}");

  @Override
  protected Keyspace<Document> keyspace() {
    return THINGS;
  }

  @Override
  protected Store<Document> on(RedisLine line) {
    return RedisStore.documents(line, SPACE, THINGS);
  }

  @Override
  protected Document value(int number) {
    return Document.of("{\"number\":\"n" + number + "\",\"text\":\"\u00e9\u4e2d\"}");
  }

  /** Runs an action on an event loop, where assertions refuse the parsing of large values. */
  private <T> T onLoop(Supplier<Future<T>> action) throws Exception {
    Promise<T> done = Promise.promise();
    vertx().runOnContext(turn -> action.get().onComplete(done));
    return await(done.future());
  }

  @Test
  void aLargeValue_isWrittenAndReadFromAnEventLoop() throws Exception {
    onLoop(() -> store().put(key("a"), LARGE, Condition.any()));
    assertEquals(LARGE, onLoop(() -> store().find(key("a"))).orElseThrow().value());
    onLoop(() -> store().put(key("a"), value(1), Condition.still(LARGE)));
    assertEquals(value(1), onLoop(() -> store().find(key("a"))).orElseThrow().value());
  }

  @Test
  void findAll_readsLargeValuesUpToTheLimit() throws Exception {
    List<Key<Document>> keys = IntStream.range(0, 12).mapToObj(i -> key("k" + i)).toList();
    for (Key<Document> key : keys) {
      await(store().put(key, LARGE, Condition.any()));
    }
    List<Optional<Document>> found = onLoop(() -> store().findAll(keys));
    assertEquals(LimitedBytes.MOST / LARGE.length(), found.size());
    assertTrue(found.stream().allMatch(Optional.of(LARGE)::equals));
  }

  @Test
  void findAll_readsManySmallValuesInOrder() throws Exception {
    List<Key<Document>> keys = IntStream.range(0, 50).mapToObj(i -> key("k" + i)).toList();
    for (int i = 0; i < keys.size(); i += 2) {
      await(store().put(keys.get(i), value(i), Condition.any()));
    }
    assertEquals(
        IntStream.range(0, 50)
            .mapToObj(i -> i % 2 == 0 ? Optional.of(value(i)) : Optional.empty())
            .toList(),
        await(store().findAll(keys)));
  }
}
