package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.Source;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.settings.EdgeKeyHeader;
import io.aetherkeep.router.settings.RouterSettings;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Reads of cache entries name the keys that an edge purges them by, if settings say so. */
final class EdgeKeysTest {

  private static final String T1 = "/api/v1/aethercast/caches/topic/t1";

  private static RunningRouter router(EdgeKeyHeader header) {
    return RunningRouter.with(RouterSettings.of(Map.of("aethercast", 1 << 20)).with(header));
  }

  @RegisterExtension static final RunningRouter FASTLY = router(EdgeKeyHeader.SURROGATE_KEY);
  @RegisterExtension static final RunningRouter CLOUDFLARE = router(EdgeKeyHeader.CACHE_TAG);
  @RegisterExtension static final RunningRouter USUAL = RunningRouter.usual();

  private static String header(RunningRouter router, String name, List<String> tags)
      throws Exception {
    router.neighbour().answers(new Entry(Document.of("1"), 0, 9, Source.REDIS, tags));
    return router.get(T1).headers().firstValue(name).orElse("");
  }

  @Test
  void keys_areThoseOfThePlaceAndTheTags() throws Exception {
    assertEquals(
        "aethercast aethercast/topic aethercast/topic/t1 aethercast#sea aethercast#deep%20sea",
        header(FASTLY, "surrogate-key", List.of("sea", "deep sea")));
    assertEquals(
        "aethercast,aethercast/topic,aethercast/topic/t1",
        header(CLOUDFLARE, "cache-tag", List.of()));
    assertEquals("", header(USUAL, "surrogate-key", List.of("sea")));
  }

  @Test
  void keys_areBounded() throws Exception {
    List<String> tags = IntStream.range(0, 1000).mapToObj(i -> "tag" + i).toList();
    String keys = header(FASTLY, "surrogate-key", tags);
    assertTrue(keys.length() <= 4096, keys);
    assertTrue(keys.matches(".*aethercast#tag[0-9]+"), keys);
  }

  @Test
  void anEntryThatHasNotChanged_namesThemToo() throws Exception {
    Entry entry = new Entry(Document.of("1"), 0, 9, Source.REDIS, List.of("sea"));
    FASTLY.neighbour().answers(entry);
    HttpRequest.Builder read = FASTLY.to(T1);
    read.header("If-None-Match", '"' + entry.value().version() + '"');
    var answer = FASTLY.send(read);
    assertEquals(304, answer.statusCode());
    assertTrue(answer.headers().firstValue("surrogate-key").orElse("").endsWith("#sea"));
  }
}
