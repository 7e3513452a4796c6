package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.catalogue.InvalidationAsks.CacheInvalidated;
import io.aetherkeep.document.Document;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Topics of cache entries, which an invalidation names by their ids. */
class EntryTopicsTest {

  @RegisterExtension
  final RunningRealtime router = RunningRealtime.usual().watching(Duration.ofHours(1));

  @ParameterizedTest
  @CsvSource({
    "topic, t1, t1, t1",
    "topic, a/b, a/b, a/b",
    "topic, a:b, a:b, a:b",
    "topic, a:b:c, a:b:c, a:b:c",
    "topic, a:b/c, a:b/c, a:b/c",
    "snippet-page, t1/2, t1 2, t1:2",
    "snippet-page, a/b/2, a/b 2, a/b:2",
    "unknown, a/b, a/b, a/b"
  })
  void invalidation_reachesTheTopicOfItsIds(
      String keyspace, String name, String ids, String invalidated) throws Exception {
    List<String> entry = Arrays.asList(ids.split(" "));
    router.realm().entries.put(entry, Document.of("{\"n\":1}"));
    SocketClient client = router.greeted("s1");
    client.watch("cache/" + keyspace + "/" + name);
    assertEquals(1, client.next().getJsonObject("data").getInteger("n"));
    router.realm().entries.put(entry, Document.of("{\"n\":2}"));
    router.publish(
        new CacheInvalidated("aethercast", keyspace, List.of(invalidated), null, null, 1));
    assertEquals(2, client.next().getJsonObject("data").getInteger("n"));
  }
}
