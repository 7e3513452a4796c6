package io.aetherkeep.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Reads of configurations by JSON pointer and by long poll, on two whole nodes. */
class ConfigReadSystemTest extends TwoNodes {

  private static final String CONFIGS = "/api/v1/council/configs";

  @Test
  void aValueInAConfiguration_isReadByItsPointer() throws Exception {
    node.put(CONFIGS + "/limits", "{\"a/b\": [1.50, {\"c\": \"x\"}]}");
    HttpResponse<String> whole = node.get(CONFIGS + "/limits");
    HttpResponse<String> one = other.get(CONFIGS + "/limits?pointer=/a~1b/0");
    assertEquals("1.50", one.body());
    assertEquals(whole.headers().firstValue("ETag"), one.headers().firstValue("ETag"));
    String tag = whole.headers().firstValue("ETag").orElseThrow();
    String path = CONFIGS + "/limits?pointer=/a~1b/1/c";
    assertEquals(304, other.get(path, "If-None-Match", tag).statusCode());
    assertEquals("\"x\"", other.get(path).body());
    assertEquals(404, other.get(CONFIGS + "/limits?pointer=/nothing").statusCode());
    assertEquals(400, other.get(CONFIGS + "/limits?pointer=nothing").statusCode());
  }

  @Test
  void aLongPoll_waitsForAConfiguration_andForItsChange() throws Exception {
    assertEquals(404, node.get(CONFIGS + "/later?wait=1").statusCode());
    CompletableFuture<String> first = poll("/later?wait=60");
    changeUntil(first);
    assertTrue(first.join().startsWith("{\"first\":"), first.join());
    other.put(CONFIGS + "/later", "{\"n\":1}");
    Awaitility.await().until(() -> node.get(CONFIGS + "/later").body().equals("{\"n\":1}"));
    String tag = node.get(CONFIGS + "/later").headers().firstValue("ETag").orElseThrow();
    CompletableFuture<String> next = poll("/later?wait=60&pointer=/n", "If-None-Match", tag);
    other.put(CONFIGS + "/later", "{\"n\":2}");
    assertEquals("2", next.get(50, TimeUnit.SECONDS));
    assertEquals("{\"n\":2}", node.get(CONFIGS + "/later?wait=60", "If-None-Match", tag).body());
    assertEquals(400, node.get(CONFIGS + "/later?wait=61").statusCode());
  }

  /** Changes the configuration until a poll is answered, which may not have begun. */
  private void changeUntil(CompletableFuture<String> answered) {
    AtomicInteger n = new AtomicInteger();
    Awaitility.await()
        .until(
            () -> {
              other.put(CONFIGS + "/later", "{\"first\":" + n.incrementAndGet() + "}");
              return answered.isDone();
            });
  }

  private CompletableFuture<String> poll(String path, String... headers) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return node.get(CONFIGS + path, headers).body();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
