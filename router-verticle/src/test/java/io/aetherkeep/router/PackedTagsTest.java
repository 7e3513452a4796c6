package io.aetherkeep.router;

import static io.aetherkeep.router.RunningRouter.TOPICS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.aetherkeep.catalogue.CacheAsks.Entry;
import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.catalogue.CacheAsks.Written;
import io.aetherkeep.document.Document;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A strong entity tag identifies the bytes sent, so that compressed answers have another one. */
final class PackedTagsTest {

  private static final String T1 = TOPICS + "/t1";
  private static final Document VALUE = Document.of("\"" + "x".repeat(5000) + "\"");

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  private static HttpResponse<String> get(String... headers) throws Exception {
    ROUTER.neighbour().answers(new Entry(VALUE, 0, 60));
    return ROUTER.send(ROUTER.to(T1).headers(headers));
  }

  private static String tag(HttpResponse<String> answer) {
    return answer.headers().firstValue("ETag").orElse("");
  }

  @Test
  void tags_differ_andEachIsGoodInAConditionOfEither() throws Exception {
    String plain = tag(get("Accept-Encoding", "identity"));
    String packed = tag(get("Accept-Encoding", "gzip"));
    assertEquals("\"" + VALUE.version() + "\"", plain);
    assertNotEquals(plain, packed);
    for (String known : new String[] {plain, packed, "W/" + plain}) {
      HttpResponse<String> same = get("Accept-Encoding", "gzip", "If-None-Match", known);
      assertEquals(304, same.statusCode());
      assertEquals(known.replace("W/", ""), tag(same));
    }
  }

  @Test
  void write_overAPackedVersion_isOverTheVersion() throws Exception {
    String packed = tag(get("Accept-Encoding", "gzip"));
    ROUTER.neighbour().forget();
    ROUTER.neighbour().answers(new Written("7-2", false));
    assertEquals(204, ROUTER.send(ROUTER.put(T1, "1").header("If-Match", packed)).statusCode());
    assertEquals(VALUE.version(), ((WriteEntry) ROUTER.neighbour().asked()).ifVersion());
  }

  @Test
  void shortAnswer_isNotPackedAndHasThePlainTag() throws Exception {
    ROUTER.neighbour().answers(new Entry(Document.of("1"), 0, 60));
    HttpResponse<String> answer = ROUTER.send(ROUTER.to(T1).header("Accept-Encoding", "gzip"));
    assertEquals("\"" + Document.of("1").version() + "\"", tag(answer));
  }
}
