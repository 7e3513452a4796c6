package io.aetherkeep.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.router.docs.DocSite;
import io.aetherkeep.testing.DocPage;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract and its page, as served. */
final class RouterDocsTest {

  private static final Pattern FOREIGN = Pattern.compile("https?://|[\"'(]//");
  private static final Pattern LOADED = Pattern.compile("(?:src|href)=\"([^\"]+)\"");

  @RegisterExtension static final RunningRouter ROUTER = RunningRouter.usual();

  @Test
  void contract_isServedAsItIsWritten() throws Exception {
    HttpResponse<String> answer = ROUTER.get("/openapi.json");
    assertEquals("application/json", answer.headers().firstValue("content-type").orElse(""));
    assertEquals(PublishedContract.read().document(), new JsonObject(answer.body()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          none                        | application/json
          */*                         | application/json
          application/json            | application/json
          text/html,*/*;q=0.8         | text/html; charset=utf-8
          """)
  void firstPage_isWhatIsAccepted(String accepted, String type) throws Exception {
    var request = ROUTER.to("/");
    HttpResponse<String> answer =
        ROUTER.send(accepted == null ? request : request.header("Accept", accepted));
    assertEquals(200, answer.statusCode());
    assertEquals(type, answer.headers().firstValue("content-type").orElse(""));
    assertTrue(
        answer.headers().allValues("vary").stream().anyMatch("accept"::equalsIgnoreCase),
        answer.headers()::toString);
    assertTrue(answer.body().contains("/console"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /docs                | text/html; charset=utf-8
          /docs/docs.css       | text/css; charset=utf-8
          /docs/errors         | text/html; charset=utf-8
          /docs/openapi        | text/html; charset=utf-8
          /docs/openapi.js     | text/javascript; charset=utf-8
          /docs/asyncapi       | text/html; charset=utf-8
          /docs/asyncapi.js    | text/javascript; charset=utf-8
          /docs/swagger-ui.js  | text/javascript
          /docs/swagger-ui.css | text/css
          """)
  void page_isServedWithAllItsParts(String address, String type) throws Exception {
    HttpResponse<String> answer = ROUTER.get(address);
    assertEquals(200, answer.statusCode());
    assertEquals(type, answer.headers().firstValue("content-type").orElse(""));
    assertEquals("nosniff", answer.headers().firstValue("x-content-type-options").orElse(""));
    assertFalse(answer.body().isBlank());
    String etag = answer.headers().firstValue("etag").orElse("");
    assertEquals(304, ROUTER.send(ROUTER.to(address).header("If-None-Match", etag)).statusCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/docs/openapi", "/docs/openapi.js", "/docs/asyncapi", "/docs/asyncapi.js"})
  void page_mentionsNoForeignHost(String address) throws Exception {
    String text = ROUTER.get(address).body();
    assertFalse(FOREIGN.matcher(text).find(), text);
  }

  @Test
  void page_loadsOnlyWhatIsServedHere() throws Exception {
    Matcher loaded = LOADED.matcher(ROUTER.get("/docs/openapi").body());
    int parts = 0;
    while (loaded.find()) {
      String address = loaded.group(1);
      if (!address.startsWith("data:")) {
        assertEquals(200, ROUTER.get(address).statusCode(), address);
        parts++;
      }
    }
    assertEquals(3, parts);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/docs", "/docs/openapi", "/docs/asyncapi"})
  void page_isForbiddenToAskOtherHosts(String address) throws Exception {
    String policy = ROUTER.get(address).headers().firstValue("content-security-policy").orElse("");
    assertTrue(policy.contains("default-src 'none'"), policy);
    assertFalse(FOREIGN.matcher(policy).find(), policy);
    assertFalse(policy.contains("*"), policy);
  }

  static Stream<String> pages() {
    return new DocSite().pages().values().stream().sorted();
  }

  @Test
  void everyPageOfDocs_isServed() {
    for (DocPage page : DocPage.all()) {
      if (page.path().startsWith("docs/")) {
        assertTrue(new DocSite().pages().containsKey(page.path()), page.path());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void page_isHtmlWithoutScripts(String address) throws Exception {
    String html = ROUTER.get(address).body();
    assertTrue(html.contains("<h1"), address);
    assertFalse(
        html.contains("<script") || html.contains("<!--") || html.contains("{{content"), address);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksOfAPage_haveExistingTargets(String address) throws Exception {
    Matcher links = LOADED.matcher(ROUTER.get(address).body());
    while (links.find()) {
      String link = links.group(1);
      if (link.matches("(https?|data):.*")) {
        continue;
      }
      String[] parts = link.split("#", 2);
      String target = parts[0].isEmpty() ? address : parts[0];
      HttpResponse<String> answer = ROUTER.get(target);
      assertEquals(200, answer.statusCode(), address + " -> " + link);
      assertTrue(
          parts.length == 1 || answer.body().contains("id=\"" + parts[1] + "\""),
          address + " -> " + link);
    }
  }
}
