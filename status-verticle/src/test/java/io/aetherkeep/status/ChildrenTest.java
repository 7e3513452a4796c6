package io.aetherkeep.status;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.catalogue.Protocol;
import io.aetherkeep.catalogue.StatusAsks.Children;
import io.aetherkeep.catalogue.StatusAsks.FollowStatus;
import io.aetherkeep.catalogue.StatusAsks.Followed;
import io.aetherkeep.catalogue.StatusAsks.PutStatus;
import io.aetherkeep.catalogue.StatusAsks.ReadStatus;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusAsks.StatusWritten;
import io.aetherkeep.catalogue.StatusListAsks.ChildList;
import io.aetherkeep.catalogue.StatusListAsks.CountedChild;
import io.aetherkeep.catalogue.StatusListAsks.ListChildren;
import io.aetherkeep.document.Document;
import io.aetherkeep.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A status sums up what its children have done, on every node. */
class ChildrenTest extends StatusDeployment {

  private static final String PARENT = "\"parent\":\"request/r1\"";

  private static PutStatus putting(String kind, String id, String json) {
    return new PutStatus("aethercast", kind, id, Document.of(json), null);
  }

  private static PutStatus child(String id, String status, int progress) {
    return putting(
        "crawl",
        id,
        "{\"status\":\"" + status + "\",\"progress\":" + progress + "," + PARENT + "}");
  }

  private Status parent() throws Exception {
    return ask(new ReadStatus("aethercast", "request", "r1"));
  }

  @Test
  void aParent_sumsUpItsChildren() throws Exception {
    ask(putting("request", "r1", "{\"status\":\"processing\",\"children\":4}"));
    assertEquals(new Children(4, 0, 0, 0), parent().children());
    ask(child("c1", "running", 50));
    assertEquals(new Children(4, 0, 0, 12), parent().children());
    ask(child("c2", "completed", 100));
    ask(child("c3", "failed", 10));
    assertEquals(new Children(4, 1, 1, 62), parent().children());
    ask(child("c1", "completed", 100));
    ask(child("c1", "completed", 100));
    Status now = parent();
    assertEquals(new Children(4, 2, 1, 75), now.children());
    assertEquals("processing", foreign.text("HGET", "request:status:r1", "status"));
    assertEquals("4", foreign.text("HGET", "request:status:r1", "children"));
    assertTrue(now.version().endsWith("-4.2.1.75"));
    for (int i = 4; i <= 8; i++) {
      ask(child("c" + i, "running", 0));
    }
    assertEquals(new Children(8, 2, 1, 37), parent().children());
    ChildList listed = ask(new ListChildren("aethercast", "request", "r1", null, null));
    assertEquals(
        List.of("c1 done 100.0", "c2 done 100.0", "c3 failed 100.0", "c4 running 0.0"),
        listed.items().stream()
            .limit(4)
            .map(child -> child.id() + " " + child.phase() + " " + child.progress())
            .toList());
    assertEquals(8, listed.items().size());
    assertNull(listed.next());
    ask(putting("request", "r1", "{\"status\":\"completed\"}"));
    ask(child("c4", "completed", 100));
    assertEquals(new Children(8, 2, 1, 37), parent().children());
    assertNull(ask(new ReadStatus("aethercast", "crawl", "c1")).children());
  }

  @Test
  void childrenMayComeBeforeTheirParent_andEndWithItsAttempt() throws Exception {
    ask(child("c1", "running", 40));
    ask(putting("request", "r1", "{\"status\":\"processing\",\"children\":1}"));
    assertEquals(new Children(1, 0, 0, 40), parent().children());
    ask(
        new PutStatus(
            "aethercast", "request", "r1", Document.of("{\"status\":\"processing\"}"), 2));
    assertNull(parent().children());
    assertEquals(List.of(), listed());
    ask(child("c2", "completed", 100));
    assertEquals(new Children(1, 1, 0, 100), parent().children());
    assertEquals(List.of("c2"), listed());
  }

  private List<String> listed() throws Exception {
    return ask(new ListChildren("aethercast", "request", "r1", null, null)).items().stream()
        .map(CountedChild::id)
        .toList();
  }

  @Test
  void aParentAfterItsLastChild_showsItFromTheFirstWriteOn() throws Exception {
    ask(child("c1", "completed", 100));
    StatusWritten written = ask(putting("request", "r1", "{\"status\":\"processing\"}"));
    Status read = parent();
    assertEquals(new Children(1, 1, 0, 100), read.children());
    assertEquals(read.version(), written.version());
    assertEquals(
        new Children(1, 1, 0, 100),
        ask(new FollowStatus("aethercast", "request", "r1", "0-0")).statuses().get(0).children());
    ask(putting("crawl", "c2", "{\"status\":\"completed\",\"parent\":\"deploy/d2\"}"));
    foreign.send("SETEX", "deploy:status:d2", "100", "{\"status\": \"running\"}");
    assertEquals(
        new Children(1, 1, 0, 100), ask(new ReadStatus("aethercast", "deploy", "d2")).children());
  }

  @Test
  void childrenOfAnotherType_areRepaired() throws Exception {
    foreign.send("SET", "children:{request:status:r1}", "something else");
    ask(putting("request", "r1", "{\"status\":\"processing\"}"));
    assertNull(parent().children());
    assertEquals(List.of(), listed());
  }

  @Test
  void watchersGetEachChange_withoutAGap_andNoMore() throws Exception {
    StatusWritten written = ask(putting("request", "r1", "{\"status\":\"processing\"}"));
    ask(child("c1", "running", 10));
    ask(child("c1", "running", 20));
    Followed all = ask(new FollowStatus("aethercast", "request", "r1", written.offset()));
    assertTrue(all.recovered());
    assertEquals(
        List.of(10, 20), all.statuses().stream().map(one -> one.children().progress()).toList());
    String offset = parent().offset();
    ask(putting("crawl", "c1", "{\"status\":\"running\",\"progress\":20.3," + PARENT + "}"));
    assertEquals(offset, parent().offset());
  }

  @Test
  void childrenOfOtherServices_count_onceTheyAreSeen() throws Exception {
    ask(putting("request", "r1", "{\"status\":\"processing\"}"));
    foreign.send("SETEX", "crawl:status:c1", "100", "{\"status\": \"completed\", " + PARENT + "}");
    foreign.send("SETEX", "crawl:status:c2", "100", "{\"status\": \"running\", \"parent\": 7}");
    ask(new ReadStatus("aethercast", "crawl", "c1"));
    ask(new ReadStatus("aethercast", "crawl", "c2"));
    assertEquals(new Children(1, 1, 0, 100), parent().children());
    foreign.send("SETEX", "deploy:status:p1", "100", "{\"status\": \"running\"}");
    ask(putting("crawl", "c3", "{\"status\":\"completed\",\"parent\":\"deploy/p1\"}"));
    assertEquals(
        new Children(1, 1, 0, 100), ask(new ReadStatus("aethercast", "deploy", "p1")).children());
    assertEquals("{\"status\": \"running\"}", foreign.text("GET", "deploy:status:p1"));
  }

  @Test
  void aThousandChildrenOnTwoNodes_areAllCounted(RedisServer server) throws Exception {
    Vertx second = Vertx.vertx();
    try {
      Bus other = Bus.on(second, Protocol.TYPES, Duration.ofSeconds(20));
      deploy(second, other, server);
      ask(putting("request", "r1", "{\"status\":\"processing\",\"children\":1000}"));
      for (int from = 0; from < 1000; from += 50) {
        List<Future<StatusWritten>> some = new ArrayList<>();
        for (int i = from; i < from + 50; i++) {
          Bus node = i % 2 == 0 ? bus : other;
          some.add(node.ask(child("c" + i, "running", 50)));
        }
        for (Future<StatusWritten> one : some) {
          await(one);
        }
      }
      assertEquals(new Children(1000, 0, 0, 50), parent().children());
      for (int from = 0; from < 1000; from += 50) {
        List<Future<StatusWritten>> some = new ArrayList<>();
        for (int i = from; i < from + 50; i++) {
          some.add((i % 2 == 1 ? bus : other).ask(child("c" + i, "completed", 100)));
        }
        for (Future<StatusWritten> one : some) {
          await(one);
        }
      }
      assertEquals(new Children(1000, 1000, 0, 100), parent().children());
    } finally {
      await(second.close());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"parent\":\"r1\"",
        "\"parent\":\"nothing/r1\"",
        "\"parent\":\"crawl/c1\"",
        "\"parent\":\"crawl/a b\"",
        "\"children\":-1",
        "\"children\":10001",
        "\"children\":\"4\"",
        "\"queuePosition\":1.5",
        "\"queuePosition\":\"first\"",
        "\"streams\":[]",
        "\"streams\":{\"logs\":7}",
        "\"streams\":{\"logs\":\"a b\"}",
        "\"streams\":{\"logs\":\"/a\"}",
      })
  void whatIsNotAsDescribed_isRefused(String member) throws Exception {
    assertRefused(
        Code.INVALID_BODY, putting("crawl", "c1", "{\"status\":\"running\"," + member + "}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"parent\":null",
        "\"parent\":{\"id\":1}",
        "\"children\":[]",
        "\"children\":null",
        "\"queuePosition\":0",
        "\"streams\":null",
        "\"streams\":{\"logs\":\"jobs/7/logs\",\"result\":\"jobs/7/result\"}",
      })
  void whatIsAsDescribed_orOfOtherSystems_isStoredAsItIs(String member) throws Exception {
    String json = "{\"status\":\"running\"," + member + "}";
    ask(putting("crawl", "c1", json));
    assertEquals(json, foreign.text("GET", "crawl:status:c1"));
  }
}
